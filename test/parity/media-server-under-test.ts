/**
 * The media server the parity suite talks to: the one named in the environment, or our embedded one in this process.
 *
 *   PARITY_MEDIA_SERVER_URL   ws://host:8888/kurento; cameras and viewers then use the UDP ports of the same host
 */
import { silentLogger } from '@apiary/base/logger';
import { startMediaServer } from '@apiary/media-server';

export interface MediaServerUnderTest {
  readonly embedded: boolean;
  readonly url: string;
  readonly host: string;
  readonly controlPort: number;
  stop(): Promise<void>;
}

export async function mediaServerUnderTest(): Promise<MediaServerUnderTest> {
  const given = process.env['PARITY_MEDIA_SERVER_URL'] ?? '';
  if (given !== '') {
    const { hostname, port } = new URL(given);
    return {
      embedded: false,
      url: given,
      host: hostname,
      controlPort: Number(port),
      stop: () => Promise.resolve(),
    };
  }
  const server = await startMediaServer({
    host: '127.0.0.1',
    port: 0,
    minPort: 26_100,
    maxPort: 26_199,
    address: '127.0.0.1',
    logger: silentLogger,
  });
  return {
    embedded: true,
    url: `ws://127.0.0.1:${server.port}/kurento`,
    host: '127.0.0.1',
    controlPort: server.port,
    stop: () => server.stop(),
  };
}
