/** Tells the beginning of a viewing from the hundred requests it is made of. */
import { callerKey, type Caller } from '@apiary/access/caller';

const sameViewingMs = 30 * 60_000;
const maxRemembered = 10_000;

export class FootageViews {
  readonly #lastSeen = new Map<string, number>();

  /** True when this caller has not been watching this event just now. */
  begin(caller: Pick<Caller, 'via' | 'id'>, eventId: string, nowMs = Date.now()): boolean {
    const key = `${callerKey(caller)} ${eventId}`;
    const last = this.#lastSeen.get(key);
    // Set anew, it is the youngest of the map: the oldest are forgotten first.
    this.#lastSeen.delete(key);
    this.#lastSeen.set(key, nowMs);
    if (this.#lastSeen.size > maxRemembered) {
      const [oldest] = this.#lastSeen.keys();
      if (oldest !== undefined) this.#lastSeen.delete(oldest);
    }
    return last === undefined || nowMs - last > sameViewingMs;
  }
}
