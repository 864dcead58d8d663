#!/usr/bin/env bash
# `make doctor`: a pass, warn or fail line for each subsystem; exit code 1 when one fails. Changes nothing.
# NOTIFY=test also sends a test message to every chat.
. "$(dirname "$0")/lib.sh"
notify=${NOTIFY:+--notify=$NOTIFY}

if [ "$(choose_stack)" = compose ]; then
  engine_answers || fail "STACK=compose: no Docker engine with Compose v2 answers here (docker version, docker compose version)."
  prepare_compose
  compose --profile tools build --quiet doctor >&2
  MEDIA_CONTROL_PORT=$(media_control_port)
  # From Docker's own bridge, where nothing of ours is: as closed to it as to the network.
  state=$(compose --profile tools run --rm --no-deps --no-TTY outside control-port "$MEDIA_CONTROL_PORT" \
    host.docker.internal "$SERVER_ADDRESS") || state=unknown
  exec docker compose --profile tools run --rm --no-deps --no-TTY doctor doctor \
    --control-port "$MEDIA_CONTROL_PORT:$state" ${notify:+"$notify"}
fi
ready_programs
exec node services/admin/dist/main.js doctor ${notify:+"$notify"}
