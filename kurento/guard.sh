#!/bin/bash
# Closes the media server's control port to everything but this machine itself and the bridge of the livestream service.
# Whoever reaches that port looks through the house's cameras, it has no password, and the media server opens it on every
# address of the host. Kept in a table of nftables of its own: it takes nothing from the machine's firewall, and lets
# nothing in that one refuses. `guard.sh` puts it in place and keeps it there; `guard.sh check` says whether it stands.
set -euo pipefail

port=${MEDIA_CONTROL_PORT:-8888}
bridge=${MEDIA_BRIDGE:-apiary-media}
# By the port: a guard that comes after one that was killed replaces its rule.
table=apiary_guard_$port
# For what could not be heard of.
look_every_seconds=30

say() { printf 'media-guard: %s\n' "$*"; }

stands() { [[ $(nft list chain inet "$table" input 2>/dev/null) == *"dport $port "*drop* ]]; }

# In one transaction: there is no moment without the rule. The first line makes the second one possible.
close_port() {
  nft -f - <<RULES
table inet $table {}
delete table inet $table
table inet $table {
  chain input {
    type filter hook input priority -10; policy accept;
    iifname != { "lo", "$bridge" } tcp dport $port counter drop
  }
}
RULES
}

put_back() {
  stands && return
  close_port && say "the rule was gone; port $port is closed again"
}

# In the state LISTEN (0A), on any address of IPv4 or IPv6.
served() { grep --quiet --extended-regexp "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$port") [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6; }

# The rule outlives this process, killed or stopped, as long as there is something to guard.
leave() {
  if served; then
    say "stopped; port $port stays closed, because the media server still runs"
  else
    nft delete table inet "$table" 2>/dev/null || true
  fi
  exit 0
}

if [ "${1:-}" = check ]; then
  stands
  exit
fi

if ! problem=$(close_port 2>&1); then
  say "the packet filter of this machine cannot be set: $problem" >&2
  say "The media server is not started: its control port would be open to your network. See kurento/README.md." >&2
  exit 1
fi
say "port $port is open to this machine and $bridge only"

# Somebody's `nft flush ruleset` (a reload of the firewall) is heard at once.
nft monitor destroy 2>/dev/null | while read -r _; do put_back || true; done &
trap leave TERM INT
while :; do
  sleep "$look_every_seconds" &
  # Not in the foreground: a signal is heard while waiting only.
  wait $! || true
  put_back || true
done
