/**
 * Lets many received messages be worked on at once and acknowledges each only when the receiver says so.
 *
 * mqtt.js (5.16, pinned exactly) handles one QoS 1 packet at a time: it sends PUBACK when `handleMessage` calls back and
 * reads no further before that, so a receiver that commits to a database first gets one message a commit. Calling back
 * with an Error makes it go on without a PUBACK and without an error event; the PUBACK is then ours to send through its
 * private send. This is the only file that knows those insides; pipelined-acknowledgement.test.ts holds them to the wire.
 *
 * PUBACKs leave in the order of arrival (MQTT-4.6.0-2). An acknowledgement that belongs to an earlier connection is
 * dropped: the broker will send that message again, and its packet id may by now mean another message.
 */
import type { IPublishPacket, MqttClient } from 'mqtt';

export interface Delivery {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Call when the message's effect is durable, for QoS 0 too: it frees the place. Repeats do nothing. */
  acknowledge(): void;
}

export interface DeliveryOptions {
  /** Must not throw and must not wait. */
  readonly onDelivery: (delivery: Delivery) => void;
  /** Past either bound nothing more is read from the broker until acknowledgements come. */
  readonly maxInFlight: number;
  readonly maxInFlightBytes: number;
}

export interface DeliveryGauges {
  /** Messages handed over and not yet acknowledged, those of earlier connections included. */
  readonly inFlight: number;
  readonly inFlightBytes: number;
  /** Reading is held by the bounds. */
  readonly held: boolean;
}

interface Entry {
  readonly messageId: number | undefined;
  done: boolean;
}

/** Messages of one connection in order of arrival, from `head` on. */
interface Line {
  readonly stream: MqttClient['stream'];
  readonly entries: Entry[];
  head: number;
}

/** Writes a packet; while not connected it would keep it for the next connection, so never call it then. */
interface PrivateSend {
  _sendPacket(packet: { cmd: 'puback'; messageId: number }): void;
}

/** While reading is held no PINGRESP is seen either, so we ping by ourselves and put mqtt.js's own check off. */
const heldPingMs = 10_000;

/** Must be called right after `connect()`, before anything can arrive. */
export function takeDeliveries(client: MqttClient, options: DeliveryOptions): DeliveryGauges {
  const privates = client as unknown as PrivateSend;
  let line: Line = { stream: client.stream, entries: [], head: 0 };
  let inFlight = 0;
  let inFlightBytes = 0;
  let resume: (() => void) | undefined;
  let pinger: NodeJS.Timeout | undefined;

  const full = (): boolean => inFlight >= options.maxInFlight || inFlightBytes >= options.maxInFlightBytes;

  const release = (): void => {
    if (resume === undefined) return;
    clearInterval(pinger);
    const go = resume;
    resume = undefined;
    go();
  };

  const sendAcknowledged = (): void => {
    // `stream` is replaced by every connection attempt: the same one means the same connection.
    if (client.stream !== line.stream || !client.connected) return;
    for (;;) {
      const entry = line.entries[line.head];
      if (entry?.done !== true) break;
      line.head += 1;
      if (entry.messageId !== undefined) {
        privates._sendPacket({ cmd: 'puback', messageId: entry.messageId });
      }
    }
    if (line.head > 1024) {
      line.entries.splice(0, line.head);
      line.head = 0;
    }
  };

  client.handleMessage = (packet: IPublishPacket, done): void => {
    if (client.stream !== line.stream) line = { stream: client.stream, entries: [], head: 0 };
    const ownLine = line;
    const entry: Entry = { messageId: packet.qos === 0 ? undefined : packet.messageId, done: false };
    ownLine.entries.push(entry);
    const payload = packet.payload as Buffer;
    inFlight += 1;
    inFlightBytes += payload.length;
    options.onDelivery({
      topic: packet.topic,
      payload,
      qos: packet.qos,
      retain: packet.retain,
      dup: packet.dup,
      acknowledge: () => {
        if (entry.done) return;
        entry.done = true;
        inFlight -= 1;
        inFlightBytes -= payload.length;
        if (ownLine === line) sendAcknowledged();
        if (!full()) release();
      },
    });
    const goOn = (): void => done(notYet);
    if (!full()) {
      goOn();
      return;
    }
    resume = goOn;
    clearInterval(pinger);
    pinger = setInterval(() => {
      if (!client.connected) return;
      client.sendPing();
      client.reschedulePing(true);
    }, heldPingMs);
  };

  // A held packet pump of a connection that ended must not keep its socket's buffers.
  client.on('close', release);

  return {
    get inFlight() {
      return inFlight;
    },
    get inFlightBytes() {
      return inFlightBytes;
    },
    get held() {
      return resume !== undefined;
    },
  };
}

const notYet = new Error('acknowledged later');
