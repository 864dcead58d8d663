/** The embedded stack's media server. Everything else in here is private to it. */
export { startMediaServer, type MediaServer, type MediaServerOptions } from './media-server.ts';
