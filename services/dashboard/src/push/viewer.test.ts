/** A viewer that does not read is cut off instead of being queued for; one that was away gets the past first. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '@apiary/test-support';
import type { Caller } from '@apiary/access/caller';
import { openStream } from '../event-stream.helpers.ts';
import { streamMessage, Viewer } from './viewer.ts';

let server: Server | undefined;
afterEach(() => server?.closeAllConnections());

const caller: Caller = {
  user: { userId: 'u', username: 'admin', role: 'admin', cameras: 'all' },
  via: 'login',
  id: '00000000-0000-4000-8000-000000000001',
};

async function connect(maxBufferedBytes: number) {
  const viewers: Viewer[] = [];
  const app = express();
  app.get('/', (_request, response) => {
    const viewer = new Viewer(response, caller, 0, maxBufferedBytes);
    viewer.open();
    viewers.push(viewer);
  });
  server = createServer(app);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stream = await openStream(`http://127.0.0.1:${port}/`, {});
  const [viewer] = viewers;
  if (viewer === undefined) throw new Error('no viewer');
  return { stream, viewer };
}

describe('Viewer', () => {
  it('cuts off who leaves too many bytes unread', async () => {
    const { stream, viewer } = await connect(100_000);
    stream.pause();
    const big = streamMessage('camera', 1, { text: 'x'.repeat(50_000) });
    let sent = 0;
    while (viewer.send(big)) {
      // Socket buffers of the system take some megabytes first.
      expect(++sent).toBeLessThan(2000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent).toBeGreaterThan(0);
  });

  it('sends what was missed before what happened meanwhile', async () => {
    const { stream, viewer } = await connect(100_000);
    viewer.hold();
    viewer.send(streamMessage('camera', 9, { n: 'live' }));
    viewer.send(streamMessage('camera', 5, { n: 'missed' }), true);
    viewer.release();
    viewer.send(streamMessage('camera', 10, { n: 'next' }));
    await waitFor(() => stream.events.length === 3, 'three messages');
    expect(stream.events.map(({ data }) => data.n)).toEqual(['missed', 'live', 'next']);
    expect(viewer.lastRevision).toBe(10);
  });
});
