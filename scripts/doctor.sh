#!/usr/bin/env bash
# `make doctor`: a pass, warn or fail line for each subsystem; exit code 1 when one fails. Changes nothing.
. "$(dirname "$0")/lib.sh"

if [ "$(choose_stack)" = compose ]; then
  engine_answers || fail "STACK=compose: no Docker engine with Compose v2 answers here (docker version, docker compose version)."
  prepare_compose
  compose --profile tools build --quiet doctor >&2
  exec docker compose --profile tools run --rm --no-deps --no-TTY doctor
fi
ready_programs
exec node services/admin/dist/main.js doctor
