/** Names of the upload dialogue (contract §4.5, §4.6, §5.1). All of it is hostile until checked by the receiver. */
import { z } from 'zod';

export const uploadHeaders = {
  sourceId: 'x-amz-meta-sourceid',
  eventId: 'x-amz-meta-eventid',
  activityType: 'x-amz-meta-activitytype',
  fileName: 'x-amz-meta-filename',
  category: 'x-amz-meta-category',
} as const;

/** Body of POST /fileservice/presignedUploadUrl; odd metadata values are dropped, not refused. */
export const presignRequestSchema = z.looseObject({
  fileName: z.string().optional(),
  category: z.string().default('unknown').catch('unknown'),
  metadata: z.record(z.string(), z.unknown()).default({}).catch({}),
});

/** Any failure of the presign call is answered with status 500 and exactly this. */
export const presignFailure = { code: 'FS2001', message: 'Unexpected Error' } as const;

export const uploadPath = (cameraId: string, category: string, uploadId: string, fileName: string): string =>
  `/fileservice/upload/${cameraId}/${category}/${uploadId}/${fileName}`;

const fileNamePattern =
  /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-(\d{1,9})-(\d{1,9})\.zip$/i;

/** `{eventId}-{n}-{m}.zip`: the event's id and the two numbers; undefined for any other name. */
export function parseUploadFileName(
  fileName: string,
): { eventId: string; sequence: number; part: number } | undefined {
  const match = fileNamePattern.exec(fileName);
  const [eventId, sequence, part] = [match?.[1], match?.[2], match?.[3]];
  if (eventId === undefined || sequence === undefined || part === undefined) return undefined;
  return { eventId: eventId.toLowerCase(), sequence: Number(sequence), part: Number(part) };
}

/** Numbers of a name whose event id is not a UUID (the header names the event): `…-{n}-{m}.zip`. */
export function parseUploadNumbers(fileName: string): { sequence: number; part: number } | undefined {
  const match = /-(\d{1,9})-(\d{1,9})\.zip$/i.exec(fileName);
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { sequence: Number(match[1]), part: Number(match[2]) };
}
