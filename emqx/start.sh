#!/bin/sh
# Entry point of the EMQX container: checks what EMQX itself would not complain about, hands over two secrets that
# EMQX takes from the environment only, then becomes EMQX. Must not write anywhere.
set -eu

etc=/opt/emqx/etc
secrets=$etc/secrets

# EMQX starts without these, says "started", answers /status with 200 and lets nobody in.
for file in "$etc/emqx.conf" "$etc/acl.conf" \
  "$etc/certs/apiary/ca.crt" "$etc/certs/apiary/broker.crt" "$etc/certs/apiary/broker.key" \
  "$secrets/users.csv" "$secrets/api-keys" "$secrets/node-cookie" "$secrets/dashboard-password"; do
  if ! [ -r "$file" ]; then
    echo "broker: $file is missing or not readable for uid $(id -u); run \`make up\`, which makes it" >&2
    exit 1
  fi
  if ! [ -s "$file" ]; then
    echo "broker: $file is empty; delete it and run \`make up\`" >&2
    exit 1
  fi
done

# Environment values are parsed as HOCON (00123 becomes 123, a#b becomes a), but the command line tools read them raw:
# only a letter followed by letters and digits means the same to both.
for name in node-cookie dashboard-password; do
  if ! grep -Eqx '[A-Za-z][A-Za-z0-9]{15,}' "$secrets/$name"; then
    echo "broker: $secrets/$name must be a letter followed by letters and digits, 16 at least" >&2
    exit 1
  fi
done
EMQX_NODE__COOKIE=$(cat "$secrets/node-cookie")
EMQX_DASHBOARD__DEFAULT_PASSWORD=$(cat "$secrets/dashboard-password")
export EMQX_NODE__COOKIE EMQX_DASHBOARD__DEFAULT_PASSWORD

exec /usr/bin/docker-entrypoint.sh /opt/emqx/bin/emqx foreground
