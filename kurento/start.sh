#!/bin/sh
# Entry point of the media server's container: writes the port range into its settings, then becomes the media server.
# Must start as root, as the image does; KMS_UID drops that.
set -eu
here=$(dirname "$0")
etc=${KURENTO_ETC:-/etc/kurento}
sed -e "s/@MEDIA_MIN_PORT@/${MEDIA_MIN_PORT:-5000}/" -e "s/@MEDIA_MAX_PORT@/${MEDIA_MAX_PORT:-5051}/" \
  "$here/BaseRtpEndpoint.conf.ini" > "$etc/modules/kurento/BaseRtpEndpoint.conf.ini"
cp "$here/WebRtcEndpoint.conf.ini" "$etc/modules/kurento/WebRtcEndpoint.conf.ini"
# A public address for viewers outside; without one the real addresses are found by the media server.
if [ -n "${EXTERNAL_ADDRESS:-}" ]; then
  echo "externalIPv4=$EXTERNAL_ADDRESS" >> "$etc/modules/kurento/WebRtcEndpoint.conf.ini"
fi
cp "$here/kurento.conf.json" "$etc/kurento.conf.json"
exec "${KURENTO_ENTRYPOINT:-/entrypoint.sh}" "$@"
