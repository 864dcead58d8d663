#!/usr/bin/env bash
# `make camera-package ID=… DB=… BUNDLE=… [CALI=…]`: the files that move one camera here, made from its own database
# and CA bundle (docs/guide/add-a-camera.md).
. "$(dirname "$0")/lib.sh"

[ -n "${ID:-}" ] && [ -n "${DB:-}" ] && [ -n "${BUNDLE:-}" ] || fail \
  "Usage: make camera-package ID=<32 hexadecimal characters> DB=<the camera's master_ctrl.db> BUNDLE=<its ca-bundle.trust.crt> [CALI=<its mqttCA.crt>]"
for key in DB BUNDLE CALI; do
  [ -z "${!key:-}" ] || [ -f "${!key}" ] || fail "$key: there is no file ${!key}"
done

if [ "$(choose_stack)" = compose ]; then
  engine_answers || fail "STACK=compose: no Docker engine with Compose v2 answers here (docker version, docker compose version)."
  prepare_compose
  compose build --quiet setup >&2
  mounts=(--volume "$(absolute "$DB"):/in/master_ctrl.db:ro" --volume "$(absolute "$BUNDLE"):/in/bundle.crt:ro")
  cali=()
  if [ -n "${CALI:-}" ]; then
    mounts+=(--volume "$(absolute "$CALI"):/in/mqttCA.crt:ro")
    cali=(--cali /in/mqttCA.crt)
  fi
  exec docker compose run --rm --no-deps --no-TTY "${mounts[@]}" setup camera-package --id "$ID" \
    --db /in/master_ctrl.db --bundle /in/bundle.crt "${cali[@]}" --data-dir "$data_dir"
fi
ready_programs
exec node services/admin/dist/main.js camera-package --id "$ID" --db "$DB" --bundle "$BUNDLE" ${CALI:+--cali "$CALI"}
