/**
 * Pictures and recordings of events (contract §5.4). Addressed by ids only; the rights are those to the event's camera.
 * What a camera recorded never changes, so segments and pictures may be kept by the browser, and by nobody between.
 */
import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { Response } from 'express';
import { notFound } from '@apiary/base/errors';
import { recordAudit } from '@apiary/database/audit-repository';
import type { EventRow, RecordingRow } from '@apiary/database/event-queries';
import { eventIdSchema } from '../api-schemas.ts';
import { downloadName, eventMp4, playableRecordings } from '@apiary/recordings/event-mp4';
import { FootageViews } from '../media/footage-views.ts';
import { playlistOf, recordingOf, segmentOf } from '../media/playlist.ts';
import { route, type Route, type RouteInput } from '../http/route.ts';
import { eventSubject, type Deps } from './deps.ts';

const keepForEver = 'private, max-age=31536000, immutable';
const eventParams = z.object({ event: eventIdSchema });

type Viewing = Pick<RouteInput<unknown, unknown, unknown, EventRow>, 'session' | 'subject' | 'address'>;

export function mediaRoutes(deps: Deps): Route[] {
  const subject = eventSubject(deps);
  const common = {
    method: 'get',
    tag: 'media',
    access: { action: 'media.read', shared: true },
    subject,
  } as const;
  const recordingsOf = ({ eventId }: EventRow): Promise<RecordingRow[]> =>
    playableRecordings(deps.pool, eventId);
  const views = new FootageViews();
  /** Who saw what is kept: once, however many segments follow, and a segment asked for by itself as well. */
  const viewed = async (input: Viewing): Promise<void> => {
    if (views.begin(input.session, input.subject.eventId)) await audit('recording_viewed', input);
  };
  const audit = (action: string, { session, subject: event, address }: Viewing): Promise<void> =>
    recordAudit(deps.pool, {
      actor: session.user.username,
      action,
      cameraId: event.cameraId,
      eventId: event.eventId,
      address,
    });

  return [
    route({
      ...common,
      path: '/api/media/thumbnail/{event}',
      summary: 'Picture of an event',
      params: eventParams,
      answer: { status: 200, bytes: ['image/jpeg', 'image/png'], description: 'the picture' },
      async handler({ subject: event, response }) {
        if (event.thumbnailPath === null) throw notFound('The thumbnail');
        const file = await deps.files.thumbnail(event.thumbnailPath);
        await sendFile(response, file, await pictureType(file), keepForEver);
      },
    }),
    route({
      ...common,
      path: '/api/media/playlist/{event}.m3u8',
      summary: 'HLS playlist of all recordings of an event',
      params: eventParams,
      answer: { status: 200, bytes: ['application/vnd.apple.mpegurl'], description: 'the playlist' },
      async handler(input) {
        const recordings = await recordingsOf(input.subject);
        await viewed(input);
        // Another recording of the event may still arrive.
        input.response.set('Cache-Control', 'private, no-cache');
        input.response
          .type('application/vnd.apple.mpegurl')
          .send(Buffer.from(playlistOf(input.subject.eventId, recordings)));
      },
    }),
    route({
      ...common,
      path: '/api/media/key/{event}',
      summary: 'AES-128 key of a recording',
      params: eventParams,
      query: z.object({
        recording: z.coerce
          .number()
          .int()
          .nonnegative()
          .optional()
          .meta({ description: 'as in the playlist; default: the first recording' }),
      }),
      answer: { status: 200, bytes: ['application/octet-stream'], description: '16 bytes' },
      async handler(input) {
        const { subject: event, query, response } = input;
        const recording = recordingOf(await recordingsOf(event), query.recording);
        if (recording?.encrypted !== true) throw notFound('The key');
        const file = await deps.files.key(recording);
        await viewed(input);
        await sendFile(response, file, 'application/octet-stream', 'private, no-store');
      },
    }),
    route({
      ...common,
      path: '/api/media/segment/{event}/{name}',
      summary: 'One MPEG-TS segment, as stored (encrypted where the camera encrypts)',
      params: z.object({
        event: eventIdSchema,
        name: z.string().max(64).meta({ description: 'as in the playlist', example: '0.ts' }),
      }),
      answer: { status: 200, bytes: ['video/MP2T'], description: 'the segment; ranges are supported' },
      async handler(input) {
        const { subject: event, params, response } = input;
        const found = segmentOf(await recordingsOf(event), params.name);
        if (found === undefined) throw notFound('The segment');
        const file = await deps.files.segment(found.recording, found.segment);
        await viewed(input);
        await sendFile(response, file, 'video/MP2T', keepForEver);
      },
    }),
    route({
      ...common,
      path: '/api/media/download/{event}',
      summary: 'All recordings of an event as one MP4, not encoded again',
      params: eventParams,
      answer: { status: 200, bytes: ['video/mp4'], description: 'the file; ranges are supported' },
      errors: {
        500: 'the recording could not be converted',
        501: 'ffmpeg is not installed',
        503: 'too many conversions at once',
        504: 'converting took longer than 300 s',
      },
      async handler(input) {
        const { subject: event, request, response } = input;
        const file = await eventMp4(deps, event.eventId);
        // A player that reads piece by piece downloads once.
        if (/^(bytes=0-.*)?$/.test(request.get('range') ?? '')) await audit('recording_downloaded', input);
        response.set('Content-Disposition', `attachment; filename="${downloadName(event)}"`);
        await sendFile(response, file, 'video/mp4', 'private, no-cache');
      },
    }),
  ];
}

/** Sends with ranges, length and validators. */
function sendFile(response: Response, file: string, type: string, cacheControl: string): Promise<void> {
  response.set('Cache-Control', cacheControl);
  response.type(type);
  return new Promise((resolve, reject) => {
    response.sendFile(file, { cacheControl: false, dotfiles: 'allow', etag: true }, (error?: Error) => {
      // A viewer that went away in the middle is no fault of ours.
      if (error === undefined || response.headersSent) resolve();
      else reject(error);
    });
  });
}

/** JPEG or PNG by their first bytes; anything else is not shown as a picture. */
async function pictureType(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    if (buffer.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
    if (buffer.equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) return 'image/png';
    return 'application/octet-stream';
  } finally {
    await handle.close();
  }
}
