/**
 * What the platform acknowledged to this camera: a PUBACK for a message, a 200 for a file. Whatever stands here must be
 * found in the platform, however it was killed in between.
 */
export interface AcknowledgedUpload {
  readonly eventId: string;
  readonly category: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
}

export class Ledger {
  /** Event ids. */
  readonly starts = new Set<string>();
  readonly stops = new Set<string>();
  readonly uploads: AcknowledgedUpload[] = [];

  recordMessage(topic: string, eventId: string | undefined): void {
    if (eventId === undefined) return;
    if (topic.endsWith('/activity/start')) this.starts.add(eventId);
    else if (topic.endsWith('/activity/stop')) this.stops.add(eventId);
  }
}
