/**
 * MQTT connection of a service to the broker's inner listener: reconnects for ever, publishes with a deadline, never
 * keeps a command for later. What cameras and services say is the business of @apiary/contract.
 */
import { connect, type IConnackPacket, type MqttClient } from 'mqtt';
import { withDeadline } from '@apiary/base/deadline';
import { DeadlineError, RecoverableError, errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import type { Command } from '@apiary/contract';
import { takeDeliveries, type Delivery, type DeliveryGauges } from './pipelined-acknowledgement.ts';

export interface BrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Its own for every process: a second connection with the same id takes the first one over. */
  readonly clientId: string;
  /** true (default): the broker forgets us when we leave. */
  readonly clean?: boolean;
  readonly logger: Logger;
  readonly keepaliveSeconds?: number;
  readonly reconnectMs?: number;
  /** Called on every change, first with `connected: true`. */
  readonly onStateChange?: (state: BrokerState) => void;
}

export interface BrokerState {
  readonly connected: boolean;
  /** The broker still had our MQTT session, with subscriptions and undelivered messages. */
  readonly sessionPresent: boolean;
}

export interface BrokerClient {
  readonly connected: boolean;
  /**
   * QoS 1, never retained unless asked; resolves when the broker has it (PUBACK).
   * @throws RecoverableError when there is no connection, it breaks, or the deadline passes. Nothing is sent later.
   */
  publish(topic: string, payload: string | Buffer, options?: PublishOptions): Promise<void>;
  /** A command of the contract; see `publish`. */
  publishCommand(command: Command, options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Resolves when the first connection stands; rejects with DeadlineError. Connecting goes on. */
  ready(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface PublishOptions {
  /** Default 5000. */
  readonly timeoutMs?: number;
  readonly retain?: boolean;
}

export interface ConsumeOptions extends Omit<BrokerOptions, 'clean'> {
  /** Topic filters, subscribed at QoS 1. */
  readonly filters: readonly string[];
  /** Called for every message in order; must neither throw nor wait. */
  readonly onDelivery: (delivery: Delivery) => void;
  /** Bounds of what may be unacknowledged; past them reading stops. Defaults 20,000 and 64 MiB. */
  readonly maxInFlight?: number;
  readonly maxInFlightBytes?: number;
}

export interface Consumer extends BrokerClient {
  /** All filters are granted on the present connection. */
  readonly subscribed: boolean;
  readonly deliveries: DeliveryGauges;
}

const defaultPublishTimeoutMs = 5000;
const maxPendingPublishes = 1000;
const closeTimeoutMs = 3000;
const subscribeRetryMs = 5000;

/** A connection that only publishes. */
export function connectBroker(options: BrokerOptions): BrokerClient {
  return new Connection(options, options.clean ?? true);
}

/**
 * A durable MQTT session (clean = false) whose messages are acknowledged one by one by the receiver. Subscribes at the
 * first connection of the process, and again whenever the broker has lost the session.
 */
export function consume(options: ConsumeOptions): Consumer {
  return new ConsumerConnection(options);
}

class Connection implements BrokerClient {
  protected readonly client: MqttClient;
  readonly #logger: Logger;
  readonly #pending = new Set<number>();
  readonly #onStateChange: BrokerOptions['onStateChange'];
  #connected = false;
  #closing = false;
  #lastFault = '';

  constructor(options: BrokerOptions, clean: boolean) {
    this.#logger = options.logger;
    this.#onStateChange = options.onStateChange;
    this.client = connect({
      protocol: 'mqtt',
      host: options.host,
      port: options.port,
      username: options.username,
      password: options.password,
      clientId: options.clientId,
      clean,
      protocolVersion: 4,
      keepalive: options.keepaliveSeconds ?? 30,
      reconnectPeriod: options.reconnectMs ?? 1000,
      connectTimeout: 10_000,
      // A broker that is starting, or does not know our password yet, is tried again.
      reconnectOnConnackError: true,
      // Ours to do: mqtt.js would skip it on the first connection of a durable session.
      resubscribe: false,
      queueQoSZero: false,
    });
    this.client.on('connect', (packet) => this.onConnect(packet));
    this.client.on('close', () => this.onClose());
    this.client.on('error', (error) => this.#warn(errorMessage(error)));
  }

  get connected(): boolean {
    return this.#connected;
  }

  protected onConnect(packet: IConnackPacket): void {
    this.#connected = true;
    this.#lastFault = '';
    this.#logger.info({ fact: 'broker connected', sessionPresent: packet.sessionPresent });
    this.#onStateChange?.({ connected: true, sessionPresent: packet.sessionPresent });
  }

  protected onClose(): void {
    const was = this.#connected;
    this.#connected = false;
    // mqtt.js would send these again on the next connection: a reboot an hour late is worse than none.
    for (const messageId of [...this.#pending]) this.client.removeOutgoingMessage(messageId);
    if (!was) return;
    if (!this.#closing) this.#logger.warn({ fact: 'broker connection lost' });
    this.#onStateChange?.({ connected: false, sessionPresent: false });
  }

  /** One line a fault, not one a second while the broker is away. */
  #warn(reason: string): void {
    if (this.#closing || reason === this.#lastFault) return;
    this.#lastFault = reason;
    this.#logger.warn({ fact: 'broker connection failed', reason });
  }

  async publish(topic: string, payload: string | Buffer, options: PublishOptions = {}): Promise<void> {
    if (!this.#connected || this.#closing) throw new RecoverableError('The broker is not connected.');
    if (this.#pending.size >= maxPendingPublishes)
      throw new RecoverableError('Too many messages wait for the broker.');
    const timeoutMs = options.timeoutMs ?? defaultPublishTimeoutMs;
    await new Promise<void>((resolve, reject) => {
      let messageId = 0;
      const timer = setTimeout(() => {
        reject(new DeadlineError(`publishing to ${topic}`, timeoutMs));
        this.client.removeOutgoingMessage(messageId);
      }, timeoutMs);
      this.client.publish(topic, payload, { qos: 1, retain: options.retain ?? false }, (error) => {
        clearTimeout(timer);
        this.#pending.delete(messageId);
        if (!(error instanceof Error)) resolve();
        else
          reject(
            new RecoverableError(`The broker did not take the message: ${errorMessage(error)}`, {
              cause: error,
            }),
          );
      });
      messageId = this.client.getLastMessageId();
      this.#pending.add(messageId);
    });
  }

  publishCommand(command: Command, options: { readonly timeoutMs?: number } = {}): Promise<void> {
    return this.publish(command.topic, command.payload, options);
  }

  async ready(timeoutMs: number): Promise<void> {
    if (this.#connected) return;
    const connected = new Promise<void>((resolve) => this.client.once('connect', () => resolve()));
    await withDeadline(connected, timeoutMs, 'connecting to the broker');
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const messageId of [...this.#pending]) this.client.removeOutgoingMessage(messageId);
    try {
      await withDeadline(this.client.endAsync(!this.#connected), closeTimeoutMs, 'closing');
    } catch {
      await this.client.endAsync(true).catch(() => undefined);
      this.client.stream.destroy();
    }
  }
}

class ConsumerConnection extends Connection implements Consumer {
  readonly deliveries: DeliveryGauges;
  readonly #logger: Logger;
  readonly #filters: readonly string[];
  #subscribed = false;
  #first = true;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: ConsumeOptions) {
    super(options, false);
    this.#logger = options.logger;
    this.#filters = options.filters;
    this.deliveries = takeDeliveries(this.client, {
      onDelivery: options.onDelivery,
      maxInFlight: options.maxInFlight ?? 20_000,
      maxInFlightBytes: options.maxInFlightBytes ?? 64 * 1024 * 1024,
    });
  }

  get subscribed(): boolean {
    return this.#subscribed;
  }

  protected override onConnect(packet: IConnackPacket): void {
    super.onConnect(packet);
    // The first time even if the session is known: an older version may have left other filters there.
    if (this.#first || !packet.sessionPresent) this.#subscribe();
    else this.#subscribed = true;
    this.#first = false;
  }

  protected override onClose(): void {
    clearTimeout(this.#retry);
    this.#subscribed = false;
    super.onClose();
  }

  #subscribe(): void {
    this.client.subscribe([...this.#filters], { qos: 1 }, (error) => {
      if (!this.connected) return;
      if (error === null) {
        this.#subscribed = true;
        return;
      }
      this.#logger.error({
        fact: 'broker refused a subscription',
        filters: this.#filters,
        reason: errorMessage(error),
      });
      this.#retry = setTimeout(() => this.#subscribe(), subscribeRetryMs);
    });
  }

  override async close(): Promise<void> {
    clearTimeout(this.#retry);
    await super.close();
  }
}
