#!/bin/sh
# Answers STUN? `timeout`, because older clients wait for ever.
exec timeout 3 turnutils_stunclient -p "${TURN_PORT:-3478}" "${SERVER_ADDRESS:?}" > /dev/null
