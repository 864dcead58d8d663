#!/usr/bin/env bash
# `make check`: types, lint, format, shell syntax, Compose file. Needs no server and no Docker (it uses what is there).
. "$(dirname "$0")/lib.sh"
require_node
scripts/install.sh

npm run check --silent
for script in scripts/*.sh .ci/run; do
  [ ! -f "$script" ] || bash -n "$script"
done
if docker compose version >/dev/null 2>&1; then
  prepare_compose
  compose --profile '*' config --quiet
else
  say "docker-compose.yml: not checked, Compose v2 is not installed here."
fi
say "All checks passed."
