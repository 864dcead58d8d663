# Shared by the scripts beside it: sourced, never run. Leaves the caller in the repository's root folder with the
# settings that Compose needs exported. Needs bash and coreutils only: on the Compose stack the host has no Node.
# shellcheck shell=bash
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Value of a key in .env: the last one given, without quotes or a trailing comment.
from_env_file() {
  [ -f .env ] || return 0
  sed -nE "s/^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=[[:space:]]*(.*)$/\2/p" .env | tail -n 1 |
    sed -E -e "s/\r$//" -e "s/^'([^']*)'.*$/\1/;t" -e 's/^"([^"]*)".*$/\1/;t' -e 's/[[:space:]]+#.*$//' -e 's/[[:space:]]+$//'
}

# setting NAME [default]: environment, then .env, then the default. An empty value counts as not given.
setting() {
  local value=${!1:-}
  [ -n "$value" ] || value=$(from_env_file "$1")
  printf '%s' "${value:-${2:-}}"
}

absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$root" "${1#./}" ;; esac }

# The IPv4 address of the default route; loopback when there is none.
detect_address() {
  local address=''
  if command -v ip >/dev/null; then
    address=$(ip -4 route get 192.0.2.1 2>/dev/null | sed -nE 's/.* src ([0-9.]+).*/\1/p' | head -n 1) || true
  fi
  if [ -z "$address" ] && grep -qE '^[^[:space:]]+[[:space:]]+00000000[[:space:]]' /proc/net/route 2>/dev/null; then
    address=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -E '^[0-9.]+$' | head -n 1) || true
  fi
  printf '%s' "${address:-127.0.0.1}"
}

# host_time_zone [/etc]: the IANA name of this machine's time zone; nothing where it has none.
host_time_zone() {
  local folder=${1:-/etc} zone=''
  [ ! -r "$folder/timezone" ] || zone=$(tr -d '[:space:]' <"$folder/timezone")
  if [ -z "$zone" ]; then
    zone=$(readlink -f "$folder/localtime" 2>/dev/null) || true
    case $zone in */zoneinfo/*) zone=${zone#*/zoneinfo/} ;; *) zone='' ;; esac
  fi
  zone=${zone#posix/}
  [[ $zone =~ ^[A-Za-z][A-Za-z0-9_+/-]*$ ]] && printf '%s' "$zone" || true
}

data_dir=$(absolute "$(setting DATA_DIR ./data)")
certs_dir=$(absolute "$(setting CERTS_DIR ./certificates)")
secrets_dir=$(absolute "$(setting SECRETS_DIR ./secrets)")

# What docker-compose.yml cannot work out itself.
prepare_compose() {
  export DATA_DIR=$data_dir CERTS_DIR=$certs_dir SECRETS_DIR=$secrets_dir
  SERVER_ADDRESS=$(setting SERVER_ADDRESS "$(detect_address)")
  export SERVER_ADDRESS
  # A container's own clock is in UTC. Empty where this machine does not say.
  TIME_ZONE=$(setting TIME_ZONE "$(host_time_zone)")
  export TIME_ZONE
  # An appliance for this machine alone is not opened to the network.
  case $SERVER_ADDRESS in 127.*) PUBLISH_ADDRESS=127.0.0.1 ;; *) PUBLISH_ADDRESS=0.0.0.0 ;; esac
  export PUBLISH_ADDRESS
  # A second installation on this machine has its own bridge; the kernel allows names of 15 characters.
  local project checksum
  project=$(setting COMPOSE_PROJECT_NAME apiary)
  checksum=$(printf '%s' "$project" | cksum | cut -d' ' -f1)
  if [ "$project" != apiary ]; then
    MEDIA_BRIDGE=$(printf 'apiary-%08x' "$checksum")
    export MEDIA_BRIDGE
  fi
}

# The media server's control port on this host: as given, as the running one has it, else a free one from 8888 on.
media_control_port() {
  local port container
  port=$(setting MEDIA_CONTROL_PORT)
  if [ -z "$port" ]; then
    container=$(compose ps --all --quiet media-server 2>/dev/null) || true
    [ -z "$container" ] || port=$(docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$container" |
      sed -n 's/^MEDIA_CONTROL_PORT=//p')
  fi
  if [ -z "$port" ]; then
    port=8888
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  fi
  printf '%s' "$port"
}

compose() { docker compose "$@"; }

# An engine and Compose v2 answer within seconds.
engine_answers() {
  command -v docker >/dev/null &&
    timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1 &&
    timeout 10 docker compose version --short 2>/dev/null | grep -qE '^v?([2-9]|[1-9][0-9])\.'
}

embedded_runs() {
  local pid
  pid=$(sed -nE 's/^ *"pid": ([0-9]+),?$/\1/p' "$data_dir/run/state.json" 2>/dev/null | head -n 1) || true
  [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q 'embedded/dist/main.js'
}

compose_runs() {
  engine_answers || return 1
  prepare_compose
  [ -n "$(compose ps --quiet --status running 2>/dev/null)" ]
}

# The stack that runs now: compose, embedded or nothing.
running_stack() {
  if embedded_runs; then
    say embedded
  elif compose_runs; then
    say compose
  fi
}

# The stack to start: as set, else the one that runs, else Compose where an engine answers.
choose_stack() {
  case $(setting STACK auto) in
    compose) say compose ;;
    embedded) say embedded ;;
    auto)
      local running
      running=$(running_stack)
      if [ -n "$running" ]; then
        say "$running"
      elif [ -f "$data_dir/run/state.json" ]; then
        # It ran until the machine stopped or its supervisor was killed.
        say embedded
      elif engine_answers; then
        say compose
      else
        say embedded
      fi
      ;;
    *) fail "STACK: must be one of auto, compose, embedded (it is \"$(setting STACK)\")" ;;
  esac
}

require_node() {
  command -v node >/dev/null && command -v npm >/dev/null || fail \
    "Neither Docker with Compose v2 nor Node answers here. Install one of them: Docker Engine, or Node 20.19 or later with npm."
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node 20.19 or later is needed; this is $(node --version)."
}

# Node programs of the embedded stack and the tools, installed and built when that is needed.
ready_programs() {
  require_node
  scripts/install.sh
}
admin() { node services/admin/dist/main.js "$@"; }
embedded() { node services/embedded/dist/main.js "$@"; }

# The embedded stack's demo cameras: their pid file names a process that is still theirs.
demo_runs() {
  local pid
  pid=$(cat "$data_dir/run/camera-simulator.pid" 2>/dev/null) || return 1
  [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q 'camera-simulator/dist/main.js'
}
