#!/bin/sh
# Healthy = the node runs, and the camera listener gets as far as asking for a client certificate. An open port proves
# nothing: with a missing or unreadable key EMQX listens and resets every handshake.
set -eu

api=${1:-http://127.0.0.1:18083}
tls=${2:-https://127.0.0.1:8883}

curl -fsS --max-time 5 -o /dev/null "$api/status"

# Without a client certificate the handshake ends in an alert, but the server has shown its own before that.
handshake=$(curl -skv --tls-max 1.2 --max-time 5 "$tls" 2>&1 || true)
case $handshake in
*'TLS handshake, Certificate (11)'*) exit 0 ;;
esac
echo "the camera listener does not complete a TLS handshake" >&2
exit 1
