/* eslint-disable @typescript-eslint/no-require-imports -- kurento-client requires this as CommonJS, unbundled */
/**
 * Stands in for the git dependency of kurento-client that no registry has: connects, and connects again for ever.
 * The stream it hands on is a `ws` socket with the three things reconnect-core looks for: the event `connect`, the
 * method `end`, and an end that is noticed. Knows nothing of Kurento.
 */
'use strict';

const reconnect = require('reconnect-core');
const { WebSocket } = require('ws');

const handshakeTimeoutMs = 5000;
/** A peer that answers no ping is gone, whatever TCP says; it may be stopped, or its machine unplugged. */
const pingMs = 5000;
/** Someone waits for a picture: try again soon, not after the half minute reconnect-core would grow to. */
const backoff = { initialDelay: 100, maxDelay: 1000 };

const connect = reconnect((uri, options) => {
  const socket = new WebSocket(uri, { handshakeTimeout: handshakeTimeoutMs, ...options });
  let answered = true;
  let pinging;
  socket.on('open', () => {
    pinging = setInterval(() => {
      if (!answered) {
        socket.terminate();
        return;
      }
      answered = false;
      socket.ping();
    }, pingMs);
    socket.emit('connect');
  });
  socket.on('pong', () => (answered = true));
  socket.on('message', () => (answered = true));
  socket.on('close', () => clearInterval(pinging));
  socket.end = () => {
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close();
  };
  return socket;
});

/** As reconnect-core: `(options, onConnect) => emitter` with connect(uri, socketOptions) and disconnect(). */
module.exports = (options, onConnect) => {
  const emitter = connect({ ...backoff, ...options }, onConnect);
  // Every failed attempt is an `error`; the next attempt is the answer to it.
  emitter.on('error', () => undefined);
  return emitter;
};
