#!/usr/bin/env bash
# `make demo-stop`: ends the simulated cameras of `make demo`. With --quiet it says nothing when there are none.
. "$(dirname "$0")/lib.sh"

stopped=no
if demo_runs; then
  pid=$(cat "$data_dir/run/camera-simulator.pid")
  kill -TERM "$pid" 2>/dev/null || true
  for _ in $(seq 100); do
    demo_runs || break
    sleep 0.1
  done
  if demo_runs; then kill -KILL "$pid" 2>/dev/null || true; fi
  stopped=yes
fi
rm -f "$data_dir/run/camera-simulator.pid" "$data_dir/run/demo-info.json"
if engine_answers; then
  prepare_compose
  if [ -n "$(compose --profile demo ps --all --quiet camera-simulator 2>/dev/null)" ]; then
    compose --profile demo rm --force --stop camera-simulator >&2
    stopped=yes
  fi
fi
if [ "$stopped" = yes ]; then
  say "The demo cameras are stopped."
elif [ "${1:-}" != --quiet ]; then
  say "No demo cameras are running."
fi
