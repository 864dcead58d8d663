#!/bin/sh
# Completes turnserver.conf and becomes turnserver. Takes its settings from the environment and the secret from a file:
# a secret among the arguments could be read by every process of the machine. Writes to $TURN_RUN_DIR (a tmpfs) alone.
set -eu
umask 077

here=$(dirname "$0")
run=${TURN_RUN_DIR:-/tmp}
mkdir -p "$run"
secret_file=${TURN_SECRET_FILE:-/run/apiary/secrets/coturn/turn-secret}
certs=${CERTS_DIR:-/run/apiary/certificates}
: "${SERVER_ADDRESS:?must be the IPv4 address of this machine that cameras reach}"

for file in "$here/turnserver.conf" "$secret_file"; do
  if ! [ -s "$file" ]; then
    echo "coturn: $file is missing, empty or not readable for uid $(id -u); run \`make up\`, which makes it" >&2
    exit 1
  fi
done
secret=$(cat "$secret_file")
case $secret in
  *[!A-Za-z0-9]*) echo "coturn: $secret_file must hold letters and digits only" >&2; exit 1 ;;
esac

{
  cat "$here/turnserver.conf"
  echo "static-auth-secret=$secret"
  echo "realm=${SERVER_NAME:-$SERVER_ADDRESS}"
  echo "listening-ip=$SERVER_ADDRESS"
  echo "relay-ip=$SERVER_ADDRESS"
  echo "listening-port=${TURN_PORT:-3478}"
  echo "min-port=${TURN_MIN_PORT:-49152}"
  echo "max-port=${TURN_MAX_PORT:-65535}"
  echo "allowed-peer-ip=$SERVER_ADDRESS"
  # The router must forward the whole relay range to this machine, one to one.
  if [ -n "${EXTERNAL_ADDRESS:-}" ]; then
    echo "external-ip=$EXTERNAL_ADDRESS/$SERVER_ADDRESS"
    echo "allowed-peer-ip=$EXTERNAL_ADDRESS"
  fi
  # An appliance for this machine alone: its media server is on loopback, which coturn refuses unless told.
  case $SERVER_ADDRESS in 127.*) echo "allow-loopback-peers" ;; esac
  if [ -r "$certs/turn.crt" ] && [ -r "$certs/turn.key" ]; then
    echo "tls-listening-port=${TURN_TLS_PORT:-5349}"
    echo "cert=$certs/turn.crt"
    echo "pkey=$certs/turn.key"
  else
    echo "coturn: no readable $certs/turn.crt and .key: TURN over TLS is off" >&2
    echo "no-tls"
  fi
  # What newer versions do by themselves they no longer know as a key. A version we cannot read counts as an old one.
  minor=$("${TURNSERVER:-turnserver}" --version 2>/dev/null | sed -nE 's/^(Version Coturn-)?4\.([0-9]+).*/\2/p' | head -n 1)
  [ "${minor:-0}" -ge 7 ] || printf '%s\n' no-tlsv1 no-tlsv1_1
  [ "${minor:-0}" -ge 10 ] || echo no-cli
  [ "${minor:-0}" -ge 17 ] || echo no-dtls
  echo "pidfile=$run/turnserver.pid"
} > "$run/turnserver.conf"

# A renewed certificate is taken up without a restart: coturn reads it again at SIGUSR2, and no viewer notices. $$ stays the
# number of this process when it becomes turnserver below; the watcher ends with it.
(
  # A key that is not ours yet, while it is handed over, is a difference too.
  stamp() { cksum "$certs/turn.crt" "$certs/turn.key" 2>/dev/null || true; }
  relay=$$
  before=$(stamp)
  while sleep "${TURN_WATCH_SECONDS:-20}" && kill -0 "$relay" 2>/dev/null; do
    now=$(stamp)
    # Key and certificate are replaced one after the other: what has just changed is looked at once more.
    if [ "$now" != "$before" ]; then
      sleep 1
      before=$(stamp)
      kill -USR2 "$relay" && echo "coturn: the certificate has been replaced; reading it again"
    fi
  done
) &

exec "${TURNSERVER:-turnserver}" -c "$run/turnserver.conf"
