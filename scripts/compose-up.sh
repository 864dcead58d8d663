#!/usr/bin/env bash
# The Compose half of `make up`. Images are built on this machine; the engine's cache makes a second run short.
. "$(dirname "$0")/lib.sh"
prepare_compose

wait_seconds=300

if [ -z "$TIME_ZONE" ]; then
  say "Note: neither /etc/timezone nor /etc/localtime names this machine's time zone; the house is in UTC. Set TIME_ZONE, such as Europe/London." >&2
  export TIME_ZONE=UTC
fi

# A port that is no number stops Compose itself, at the first one. Then set-up, which knows the rules, tells all faults.
if ! problem=$(compose config --quiet 2>&1); then
  given=()
  for key in CONFIG_PORT MQTT_TLS_PORT HTTPS_PORT DASHBOARD_PORT SIGNALING_PORT; do
    given+=(--env "$key=$(setting "$key")")
    export "$key="
  done
  if compose config --quiet 2>/dev/null && compose build --quiet setup >&2; then
    compose run --rm --no-deps --quiet-pull --no-TTY "${given[@]}" setup >&2 || exit 1
  fi
  fail "docker-compose.yml cannot be used with these settings: $problem"
fi

MEDIA_CONTROL_PORT=$(media_control_port)
export MEDIA_CONTROL_PORT

mapfile -t services < <(compose config --services)
long_running=()
for service in "${services[@]}"; do
  case $service in setup | migrate) ;; *) long_running+=("$service") ;; esac
done
ids() { compose ps --quiet "${long_running[@]}" 2>/dev/null | sort; }

before=$(ids)
say "Building images …" >&2
compose build --quiet >&2 || fail "The images could not be built; the lines above say why."
say "Starting …" >&2
if ! compose up --detach --no-build --wait --wait-timeout "$wait_seconds" --remove-orphans "${long_running[@]}" >&2; then
  say "Not every part became healthy within $wait_seconds s:" >&2
  compose ps --all --format 'table {{.Service}}\t{{.Status}}' >&2 || true
  for failed in $(compose ps --all --format '{{.Service}} {{.State}} {{.ExitCode}} {{.Health}}' |
    awk '$4 == "unhealthy" || $2 == "restarting" || ($2 == "exited" && $3 != "0") { print $1 }'); do
    say "--- last lines of $failed" >&2
    compose logs --no-log-prefix --tail 20 "$failed" >&2 || true
  done
  exit 1
fi

compose logs --no-log-prefix --no-color setup 2>/dev/null | sed -nE 's/^.*warning: /Note: /p' | sort -u >&2
if [ -n "$before" ] && [ "$before" = "$(ids)" ]; then
  say "Already running; nothing to do."
fi
compose run --rm --no-deps --quiet-pull -T setup welcome
