/**
 * Messages the camera owes: kept until the broker acknowledged them, over lost connections and the camera's own reboot
 * (its database keeps pending messages, contract §2.3). Unacknowledged ones are sent again, so the platform sees repeats.
 */
import type { MqttLink } from './mqtt-link.ts';

export interface OutMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly eventId?: string;
}

interface Pending extends OutMessage {
  settle(): void;
}

export class Outbox {
  readonly #pending = new Set<Pending>();
  readonly #qos: 0 | 1;
  readonly #onAcknowledged: (message: OutMessage) => void;
  #link: MqttLink | undefined;

  constructor(qos: 0 | 1, onAcknowledged: (message: OutMessage) => void) {
    this.#qos = qos;
    this.#onAcknowledged = onAcknowledged;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Resolves when acknowledged, whenever that is. */
  send(message: OutMessage): Promise<void> {
    return new Promise((resolve) => {
      const pending = { ...message, settle: resolve };
      this.#pending.add(pending);
      if (this.#link !== undefined) this.#transmit(this.#link, pending);
    });
  }

  /** A new connection: everything pending goes out again, in order. */
  attach(link: MqttLink): void {
    this.#link = link;
    for (const pending of this.#pending) this.#transmit(link, pending);
  }

  detach(): void {
    this.#link = undefined;
  }

  #transmit(link: MqttLink, pending: Pending): void {
    link.publish(pending.topic, pending.payload, this.#qos).then(
      () => {
        if (!this.#pending.delete(pending)) return;
        this.#onAcknowledged(pending);
        pending.settle();
      },
      // The link ended first: the next one carries it.
      () => undefined,
    );
  }
}
