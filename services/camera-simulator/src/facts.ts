import type { EndReason, StreamSummary } from './live/live-stream.ts';

/** What a simulated camera tells its owner: a line a fact, for logs, tests and benches. */
export type CameraFact = { readonly cameraId: string } & (
  | { readonly fact: 'booting' }
  | { readonly fact: 'boot step failed'; readonly reason: string; readonly retryInMs: number }
  | { readonly fact: 'configured'; readonly broker: string }
  | { readonly fact: 'connected'; readonly sinceBootMs: number }
  | { readonly fact: 'connection failed'; readonly reason: string; readonly retryInMs: number }
  | { readonly fact: 'disconnected'; readonly reason: string; readonly retryInMs: number }
  | { readonly fact: 'command received'; readonly command: string; readonly requestId: string | undefined }
  | { readonly fact: 'command dropped'; readonly command: string; readonly reason: string }
  | { readonly fact: 'event started'; readonly eventId: string; readonly activityType: string }
  | { readonly fact: 'event stopped'; readonly eventId: string }
  | { readonly fact: 'message acknowledged'; readonly topic: string }
  | {
      readonly fact: 'upload acknowledged';
      readonly eventId: string;
      readonly category: string;
      readonly fileName: string;
      readonly bytes: number;
    }
  | {
      readonly fact: 'upload failed';
      readonly fileName: string;
      readonly reason: string;
      readonly retryInMs: number;
    }
  | { readonly fact: 'upload dropped'; readonly fileName: string; readonly reason: string }
  | { readonly fact: 'step failed'; readonly step: string; readonly reason: string }
  | {
      readonly fact: 'stream started';
      readonly streamId: string;
      readonly address: string;
      readonly videoPort: number;
      readonly audioPort: number;
    }
  | { readonly fact: 'stream refused'; readonly streamId: string | undefined; readonly reason: string }
  | { readonly fact: 'stream without direction:passive'; readonly streamId: string }
  | { readonly fact: 'stream bitrate'; readonly streamId: string; readonly bitrate: number }
  | ({ readonly fact: 'stream ended'; readonly reason: EndReason } & StreamSummary)
);

/** A fact before it is known whose it is. */
export type Untold<T> = T extends unknown ? Omit<T, 'cameraId'> : never;
