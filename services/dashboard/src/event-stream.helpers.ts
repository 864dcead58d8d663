/** For tests: reads server-sent events from a socket as an EventSource would. */
import { request, type IncomingMessage } from 'node:http';

export interface StreamedEvent {
  readonly name: string;
  readonly id: number;
  readonly data: Record<string, unknown>;
}

export interface OpenStream {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: StreamedEvent[];
  /** Comment lines (heartbeats). */
  readonly comments: string[];
  readonly ended: boolean;
  /** Stops reading, so that the sender's buffers fill. */
  pause(): void;
  close(): void;
}

export async function openStream(url: string, headers: Record<string, string>): Promise<OpenStream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { headers, agent: false }, resolve).once('error', reject).end();
  });
  const events: StreamedEvent[] = [];
  const comments: string[] = [];
  let ended = false;
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const field = (name: string): string | undefined =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const name = field('event');
      if (name !== undefined)
        events.push({
          name,
          id: Number(field('id')),
          data: JSON.parse(field('data') ?? '') as Record<string, unknown>,
        });
      else if (block.startsWith(':')) comments.push(block);
    }
  });
  response.on('error', () => undefined);
  response.on('close', () => (ended = true));
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    comments,
    get ended() {
      return ended;
    },
    pause: () => {
      response.pause();
      response.socket.pause();
    },
    close: () => response.destroy(),
  };
}
