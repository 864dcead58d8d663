#!/usr/bin/env bash
# `make test`: every test there is, on a clean clone too. First the tests beside the sources, two files at a time; then
# the suites in test/, which start whole platforms, one after the other. RESULTS names the folder of the reports.
. "$(dirname "$0")/lib.sh"
require_node
scripts/install.sh

results=${RESULTS:-$(mktemp -d)}
mkdir -p "$results"
# Tests never open a port to the network, and never see a person's settings.
export SERVER_ADDRESS=127.0.0.1
if ! engine_answers; then
  say "Suites that need Docker are skipped: no Docker engine with Compose v2 answers here (docker version)."
fi

status=0
npx vitest run packages services certgen --exclude 'test/**' \
  --reporter=default --reporter=json --outputFile.json="$results/sources.json" || status=1
npx vitest run test/*/ --no-file-parallelism \
  --reporter=default --reporter=json --outputFile.json="$results/suites.json" || status=1
node scripts/test-summary.mjs "$results" || status=1
exit "$status"
