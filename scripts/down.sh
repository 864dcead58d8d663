#!/usr/bin/env bash
# `make down`: stops whichever stack runs, and the demo cameras with it. Data, certificates and secrets stay.
. "$(dirname "$0")/lib.sh"

scripts/demo-stop.sh --quiet
stopped=no
if [ -f "$data_dir/run/state.json" ] && [ -f services/embedded/dist/main.js ]; then
  node services/embedded/dist/main.js down
  stopped=yes
fi
if engine_answers; then
  prepare_compose
  if [ -n "$(compose --profile '*' ps --all --quiet 2>/dev/null)" ]; then
    compose --profile '*' down --remove-orphans
    say "Stopped."
    stopped=yes
  fi
fi
[ "$stopped" = yes ] || say "Nothing is running."
