#!/usr/bin/env bash
# `make up`: starts the stack, or brings a running one up to date; returns when every part is healthy.
. "$(dirname "$0")/lib.sh"

stack=$(choose_stack)
running=$(running_stack)
if [ -n "$running" ] && [ "$running" != "$stack" ]; then
  fail "The $running stack is running here with the same settings; stop it first with \`make down\`, then start $stack."
fi

if [ "$stack" = embedded ]; then
  ready_programs
  exec node services/embedded/dist/main.js up
fi

engine_answers || fail "STACK=compose: no Docker engine with Compose v2 answers here (docker version, docker compose version)."
exec scripts/compose-up.sh
