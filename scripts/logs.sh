#!/usr/bin/env bash
# `make logs`: the logs of all parts, or of SERVICE; FOLLOW=1 keeps watching; TAIL says how many lines.
. "$(dirname "$0")/lib.sh"

lines=${TAIL:-200}
if compose_runs; then
  # shellcheck disable=SC2086 # SERVICE may name several
  exec docker compose --profile '*' logs --tail "$lines" ${FOLLOW:+--follow} ${SERVICE:-}
fi
files=()
for name in ${SERVICE:-$(cd "$data_dir/logs" 2>/dev/null && ls -- *.log 2>/dev/null | sed 's/\.log$//')}; do
  [ -f "$data_dir/logs/$name.log" ] || fail "SERVICE: there is no log of \"$name\" in $data_dir/logs"
  files+=("$data_dir/logs/$name.log")
done
[ "${#files[@]}" -gt 0 ] || fail "There are no logs yet; \`make up\` starts the platform."
exec tail -n "$lines" ${FOLLOW:+-F} "${files[@]}"
