#!/usr/bin/env bash
# `make status`: one line a part. Exit code 0 all healthy, 1 something is not, 3 nothing runs.
. "$(dirname "$0")/lib.sh"

if [ -f "$data_dir/run/state.json" ] && [ -f services/embedded/dist/main.js ]; then
  exec node services/embedded/dist/main.js status
fi
if compose_runs; then
  say "Stack: compose"
  compose --profile '*' ps --all --format 'table {{.Service}}\t{{.Status}}\t{{.Ports}}'
  compose ps --format '{{.Service}} {{.State}} {{.Health}}' |
    awk '$2 != "running" || ($3 != "" && $3 != "healthy") { bad = 1 } END { exit bad }'
  exit
fi
say "Nothing is running; \`make up\` starts it."
exit 3
