#!/bin/sh
# Entry point of the media server's container: completes Kurento's settings in a copy of them and becomes the media
# server. Needs no root and writes to $KURENTO_RUN_DIR (a tmpfs) alone. Kurento looks for `modules/` beside the file it is
# given, in every version since 6.1.
set -eu
here=$(dirname "$0")
run=${KURENTO_RUN_DIR:-/tmp/kurento}

rm -rf "$run"
cp -r "${KURENTO_ETC:-/etc/kurento}" "$run"
chmod -R u+w "$run"
modules=$run/modules/kurento
sed -e "s/\"port\": 8888/\"port\": ${MEDIA_CONTROL_PORT:-8888}/" "$here/kurento.conf.json" > "$run/kurento.conf.json"
sed -e "s/@MEDIA_MIN_PORT@/${MEDIA_MIN_PORT:-5000}/" -e "s/@MEDIA_MAX_PORT@/${MEDIA_MAX_PORT:-5051}/" \
  "$here/BaseRtpEndpoint.conf.ini" > "$modules/BaseRtpEndpoint.conf.ini"
cp "$here/WebRtcEndpoint.conf.ini" "$modules/WebRtcEndpoint.conf.ini"
# A public address for viewers outside; without one the real addresses are found by the media server.
if [ -n "${EXTERNAL_ADDRESS:-}" ]; then
  echo "externalIPv4=$EXTERNAL_ADDRESS" >> "$modules/WebRtcEndpoint.conf.ini"
fi

# GStreamer keeps a list of its plugins.
export HOME="$run" GST_REGISTRY="$run/gstreamer-registry.bin"
exec "${KURENTO_PROGRAM:-/usr/bin/kurento-media-server}" --conf-file="$run/kurento.conf.json" "$@"
