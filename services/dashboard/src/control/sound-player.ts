/**
 * Sounds longer than the camera plays them: the play command is repeated one second before the sound would end, then a
 * stop is sent (contract §6.4). Kept in memory: if this process ends, the camera falls silent by itself within 30 s.
 */
import { soundLengthSeconds, type SoundType } from '@apiary/contract';

export class SoundPlayer {
  readonly #playing = new Map<string, NodeJS.Timeout[]>();

  /**
   * Plans what follows a play command that was just sent. A sound already planned for this camera is forgotten.
   * @param again sends the play command; @param stop sends the stop command; both handle their own failures
   */
  follow(
    cameraId: string,
    sound: SoundType,
    durationSeconds: number,
    again: () => void,
    stop: () => void,
  ): void {
    this.cancel(cameraId);
    const length = soundLengthSeconds(sound);
    const repeatSeconds = Math.max(5, length - 1);
    const timers: NodeJS.Timeout[] = [];
    if (durationSeconds > length)
      for (let at = repeatSeconds; at < durationSeconds; at += repeatSeconds)
        timers.push(setTimeout(again, at * 1000));
    if (durationSeconds !== length)
      timers.push(
        setTimeout(() => {
          this.#playing.delete(cameraId);
          stop();
        }, durationSeconds * 1000),
      );
    if (timers.length > 0) this.#playing.set(cameraId, timers);
  }

  cancel(cameraId: string): void {
    for (const timer of this.#playing.get(cameraId) ?? []) clearTimeout(timer);
    this.#playing.delete(cameraId);
  }

  cancelAll(): void {
    for (const cameraId of [...this.#playing.keys()]) this.cancel(cameraId);
  }
}
