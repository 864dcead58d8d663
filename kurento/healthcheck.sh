#!/bin/bash
# Does the media server answer on its control port? Any HTTP answer will do: to a request that is no WebSocket's, versions
# differ. Only what every image has: bash opens the connection itself.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/${MEDIA_CONTROL_PORT:-8888}"
printf 'GET /kurento HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n' >&3
read -r -t 3 -u 3 answer
[[ $answer == HTTP/1.1* ]]
