#!/usr/bin/env bash
# `make demo`: simulated cameras (CAMERAS, two by default) against the running platform, in the background on either
# stack, until `make demo-stop` or `make down`.
. "$(dirname "$0")/lib.sh"

count=$(setting CAMERAS 2)
stack=$(running_stack)
case $stack in
  compose)
    export CAMERAS=$count
    compose --profile demo build --quiet camera-simulator >&2
    compose --profile demo up --detach --no-deps camera-simulator >&2
    ;;
  embedded)
    pid_file=$data_dir/run/camera-simulator.pid
    if demo_runs; then
      say "The demo cameras are already running; \`make demo-stop\` stops them."
      exit
    fi
    ready_programs
    info=$data_dir/run/demo-info.json
    FORMAT=json scripts/info.sh >"$info"
    # A session of its own, so that Ctrl-C in this terminal does not end the cameras.
    setsid nohup node services/camera-simulator/dist/main.js run --count "$count" --info "$info" \
      >>"$data_dir/logs/camera-simulator.log" 2>&1 </dev/null &
    echo $! >"$pid_file"
    sleep 1
    demo_runs || fail "The cameras ended at once:" "$(tail -n 5 "$data_dir/logs/camera-simulator.log")"
    ;;
  *) fail "Nothing is running; start the platform with \`make up\` first." ;;
esac
say "$count simulated cameras are coming online; an event arrives every half minute or so."
say "See them with \`make logs SERVICE=camera-simulator FOLLOW=1\`, stop them with \`make demo-stop\`."
