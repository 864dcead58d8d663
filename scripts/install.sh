#!/usr/bin/env bash
# Brings node_modules and dist/ up to date, and does nothing when they are. Called by the other scripts.
. "$(dirname "$0")/lib.sh"
require_node

# One at a time: two `make up` in a fresh clone must not install into each other.
exec 9<package-lock.json
command -v flock >/dev/null && flock 9

installed=node_modules/.apiary-lockfile
locked=$(sha256sum <package-lock.json)
if [ "$(cat "$installed" 2>/dev/null)" != "$locked" ]; then
  # A developer's own `npm install` is as good as ours.
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say "Installing packages (npm ci) …" >&2
    npm ci --no-progress --loglevel=error >&2
  fi
  printf '%s\n' "$locked" >"$installed"
fi

# By content: a checkout changes times without changing files, and the other way round.
sources() {
  find packages services certgen scripts/build.mjs scripts/npm-packages-external.mjs package-lock.json tsconfig.base.json \
    \( -name node_modules -o -name dist -o -name .vite \) -prune -o -type f ! -name '*.md' ! -name '*.test.ts' -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}
built=node_modules/.apiary-build
now=$(sources)
complete=yes
for main in services/*/src/main.ts services/*/src/*-main.ts; do
  [ -f "$main" ] || continue
  compiled=${main/\/src\//\/dist\/}
  [ -f "${compiled%.ts}.js" ] || complete=no
done
[ -f services/dashboard/web/dist/index.html ] || [ ! -f services/dashboard/web/index.html ] || complete=no
if [ "$complete" = no ] || [ "$(cat "$built" 2>/dev/null)" != "$now" ]; then
  say "Building …" >&2
  rm -f "$built"
  npm run build --silent >&2
  printf '%s\n' "$now" >"$built"
fi
