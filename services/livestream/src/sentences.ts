/** What viewers are told. Plain sentences: what happened, what happens next. */
export const sentences = {
  asking: 'Asking the camera for its picture.',
  joining: 'Joining the picture that is already running.',
  playing: 'Playing.',
  cameraDisconnected: 'The camera is not connected, so it cannot be asked for a picture.',
  cameraLost: 'The camera has lost its connection. The picture goes on when it is back.',
  cameraBack: 'The camera is back. Asking it for its picture again.',
  cameraStayedAway: 'The camera did not come back, so live view has ended.',
  cameraRemoved: 'The camera was removed.',
  noMediaRetry: 'The camera was asked but sends nothing yet. Asking it once more.',
  noMedia: (mode: string): string =>
    mode === 'privacy'
      ? 'The camera sends nothing: it is in privacy mode. Choose another mode to see its picture.'
      : 'The camera was asked twice and sends nothing. It may be too far from the Wi-Fi; a reboot often helps.',
  stalledRetry: 'The picture has stopped. Asking the camera again.',
  stalled: 'The camera has stopped sending. Its Wi-Fi may be too weak for a picture.',
  noRtcp:
    'The camera does not hear the server, so its picture cannot adapt to the network and may end after half a minute.',
  noComedia:
    'The media server does not learn the way back to the camera, so the picture cannot adapt to the network.',
  transcoding:
    'This browser did not take the camera’s H.264, so the server converts the picture. That costs it a processor core.',
  mediaAway: 'The media server does not answer. Waiting for it.',
  mediaRestarted: 'The media server was restarted. Connecting again.',
  mediaUnavailable: 'The media server does not answer. Try again in a few seconds.',
  brokerLost: 'The message broker could not be reached for too long, so the camera has ended its picture.',
  brokerUnavailable:
    'The message broker could not be reached, so the camera was not asked. Try again in a few seconds.',
  stopped: 'Live view was stopped.',
  stopping: 'Live view is being restarted.',
  left: 'You left this camera.',
  tooLong: 'Live view has ended to spare the camera’s battery.',
  stillWatching: 'Still watching? The picture ends soon, to spare the camera’s battery.',
  sessionEnded: 'You were logged out.',
  tooManyViewers: (most: number): string =>
    `This camera already has ${most} viewers, which is as many as are allowed.`,
  noCapacity: 'The server has no free media ports left. It works again when another picture is closed.',
  offerRefused: 'The media server did not accept what the browser offered.',
  streamMismatch: 'That stream has ended.',
  unknownCamera: 'There is no such camera.',
} as const;
