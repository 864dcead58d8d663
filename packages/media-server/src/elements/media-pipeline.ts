/** Kurento's MediaPipeline: the container of one camera's endpoints; releasing it releases them. */
import type { Context } from './context.ts';
import { objectEvents } from './events.ts';
import { MediaObject } from './media-object.ts';

export class MediaPipeline extends MediaObject {
  readonly type = 'MediaPipeline';
  readonly hierarchy = ['kurento.MediaObject'];
  protected readonly events = objectEvents;

  constructor(context: Context) {
    super(context, 'MediaPipeline');
    this.property('latencyStats', false, Boolean);
    this.operation('getGstreamerDot', () => '');
  }
}
