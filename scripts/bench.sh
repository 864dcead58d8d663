#!/usr/bin/env bash
# `make bench`: the measurements in bench/, or the one named by BENCH. Figures, never a pass or a fail.
. "$(dirname "$0")/lib.sh"
require_node
scripts/install.sh

mapfile -t scripts < <(ls bench/src/*-bench.ts 2>/dev/null)
[ "${#scripts[@]}" -gt 0 ] || fail "There is nothing in bench/ yet."
for script in "${scripts[@]}"; do
  name=$(basename "$script" -bench.ts)
  [ -z "${BENCH:-}" ] || [ "$BENCH" = "$name" ] || continue
  say "=== $name"
  node scripts/run-typescript.mjs "$script"
done
