#!/usr/bin/env bash
# `make info`: how to reach the running platform. FORMAT=json prints nothing but JSON, with credentials, for programs;
# `{}` and exit code 3 when nothing runs.
. "$(dirname "$0")/lib.sh"

format=${FORMAT:-text}
case $(running_stack) in
  embedded) FORMAT=$format exec node services/embedded/dist/main.js info ;;
  compose)
    prepare_compose
    mapfile -t containers < <(compose ps --quiet)
    # In a container of ours, since the host may have no Node and may not read the secrets.
    docker inspect "${containers[@]}" |
      compose run --rm --no-deps --quiet-pull --no-TTY setup info --format "$format" \
        --data-dir "$data_dir" --certs-dir "$certs_dir" --secrets-dir "$secrets_dir" 2> >(grep -v '^ Container\|^$' >&2)
    ;;
  *)
    if [ "$format" = json ]; then say '{}'; else say "Nothing is running; \`make up\` starts it."; fi
    exit 3
    ;;
esac
