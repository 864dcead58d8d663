/**
 * Power and connection of one camera: boots in the order of contract §1 (configuration, certificates, MQTT), keeps the
 * connection, starts over when power returns. Knows nothing of events and files.
 */
import { delay, withDeadline } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { CameraFact, Untold } from './facts.ts';
import { connectionBody, heartbeatBody, willPayload, type Self } from './messages.ts';
import { openMqttLink, type MqttLink } from './mqtt-link.ts';
import type { CameraOptions } from './options.ts';
import {
  fetchCertificates,
  fetchConfig,
  type DeviceCertificates,
  type DeviceConfig,
  type ProvisioningOptions,
} from './provisioning.ts';
import { spread } from './spread.ts';

export interface LifeHooks {
  /** The camera's clock, as it writes it. */
  time(): Readonly<Record<string, unknown>>;
  /** Configuration and certificates are there; `signal` ends with the power. */
  configured(config: DeviceConfig, signal: AbortSignal): void;
  connected(link: MqttLink): void;
  disconnected(): void;
  received(topic: string, payload: Buffer): void;
  tell(fact: Untold<CameraFact>): void;
}

const stopTimeoutMs = 5000;

export class DeviceLife {
  readonly #options: CameraOptions;
  readonly #hooks: LifeHooks;
  #life = Promise.resolve();
  #power = new AbortController();
  #stopped = false;
  #link: MqttLink | undefined;
  #config: DeviceConfig | undefined;
  #bootedAtMs = Date.now();
  #connections = 0;

  constructor(options: CameraOptions, hooks: LifeHooks) {
    this.#options = options;
    this.#hooks = hooks;
  }

  get link(): MqttLink | undefined {
    return this.#link;
  }

  get config(): DeviceConfig | undefined {
    return this.#config;
  }

  get connections(): number {
    return this.#connections;
  }

  start(): void {
    this.#life = this.#live(this.#power.signal);
  }

  /** Power off at once, on again after `offMs`. Queues survive. Resolves when power is back, not yet connected. */
  async powerCut(offMs = 0): Promise<void> {
    const power = new AbortController();
    this.#power.abort();
    this.#power = power;
    await this.#life;
    if (offMs > 0) await delay(offMs);
    // Another cut, or the end, may have come meanwhile.
    if (!power.signal.aborted) this.start();
  }

  /** Leaves politely (DISCONNECT, no will). What is still owed stays unsent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const link = this.#link;
    if (link !== undefined)
      await withDeadline(link.end(), stopTimeoutMs, 'DISCONNECT').catch(() => undefined);
    this.#power.abort();
    await this.#life;
  }

  heartbeat(): object {
    const uptimeSeconds = Math.floor((Date.now() - this.#bootedAtMs) / 1000);
    return heartbeatBody(this.#self(this.#link), uptimeSeconds, this.#options.batteryLevel);
  }

  async #live(signal: AbortSignal): Promise<void> {
    this.#bootedAtMs = Date.now();
    this.#hooks.tell({ fact: 'booting' });
    try {
      const config = await this.#persist(signal, (options) => fetchConfig(options));
      const certificates = await this.#persist(signal, (options) =>
        fetchCertificates(options, config.certificateServerUrl),
      );
      this.#config = config;
      this.#hooks.tell({ fact: 'configured', broker: `${config.mqtt.broker}:${config.mqtt.port}` });
      this.#hooks.configured(config, signal);
      await this.#stayConnected(config, certificates, signal);
    } catch (error) {
      // Every failure but the end of power is retried inside.
      if (!signal.aborted) throw error;
    }
  }

  /** Retry rules of the firmware are unknown (contract §18.4): doubling pauses, for ever. */
  async #persist<T>(signal: AbortSignal, step: (options: ProvisioningOptions) => Promise<T>): Promise<T> {
    const { cameraId, configHost, ca, connectTo, usePost, requestTimeoutMs } = this.#options;
    for (let pauseMs = this.#reconnectMinMs; ; pauseMs = this.#longer(pauseMs)) {
      try {
        return await step({
          cameraId,
          configHost,
          ca,
          signal,
          usePost: usePost ?? spread(cameraId) % 2 === 1,
          ...(requestTimeoutMs === undefined ? {} : { timeoutMs: requestTimeoutMs }),
          ...(connectTo === undefined ? {} : { connectTo }),
        });
      } catch (error) {
        if (signal.aborted) throw error;
        this.#hooks.tell({ fact: 'boot step failed', reason: errorMessage(error), retryInMs: pauseMs });
        await delay(pauseMs, signal);
      }
    }
  }

  async #stayConnected(
    config: DeviceConfig,
    certificates: DeviceCertificates,
    signal: AbortSignal,
  ): Promise<void> {
    let pauseMs = this.#reconnectMinMs;
    for (;;) {
      try {
        const link = await this.#connect(config, certificates, signal);
        pauseMs = this.#reconnectMinMs;
        const reason = await this.#serve(link, config);
        if (this.#stopped) return;
        if (!isOff(signal)) this.#hooks.tell({ fact: 'disconnected', reason, retryInMs: pauseMs });
      } catch (error) {
        if (!isOff(signal))
          this.#hooks.tell({ fact: 'connection failed', reason: errorMessage(error), retryInMs: pauseMs });
      }
      await delay(pauseMs, signal);
      pauseMs = this.#longer(pauseMs);
    }
  }

  async #connect(
    config: DeviceConfig,
    certificates: DeviceCertificates,
    signal: AbortSignal,
  ): Promise<MqttLink> {
    const { broker, port, topics } = config.mqtt;
    const { connectTo, keepaliveSeconds, connectTimeoutMs, willForm } = this.#options;
    const firmware = this.#options.firmwareVersion ?? 'V0_0_00_117RC_svn1356';
    const will = willPayload(this.#options.cameraId, willForm ?? 'status');
    const link = await openMqttLink(
      {
        clientId: this.#options.cameraId,
        host: broker,
        port,
        certificates,
        will: { topic: topics.disconnect, payload: will },
        keepaliveSeconds: keepaliveSeconds ?? 60,
        connectTimeoutMs: connectTimeoutMs ?? 10_000,
        onMessage: (topic, payload) => this.#hooks.received(topic, payload),
        ...(connectTo === undefined ? {} : { connectTo }),
      },
      signal,
    );
    try {
      await link.subscribe(`${topics.subscribe}/#`);
      await link.publish(
        topics.connect,
        JSON.stringify(connectionBody(this.#self(link), firmware)),
        this.#qos,
      );
    } catch (error) {
      link.cut();
      throw error;
    }
    return link;
  }

  /** Until the connection ends; returns why. */
  async #serve(link: MqttLink, config: DeviceConfig): Promise<string> {
    this.#link = link;
    this.#connections += 1;
    this.#hooks.connected(link);
    this.#hooks.tell({ fact: 'connected', sinceBootMs: Date.now() - this.#bootedAtMs });
    const intervalMs = this.#options.statusIntervalMs ?? config.statusInterval * 1000;
    const heart = setInterval(() => {
      // A heartbeat that cannot go out now is worth nothing later: past the outbox.
      link
        .publish(config.mqtt.topics.status, JSON.stringify(this.heartbeat()), this.#qos)
        .catch(() => undefined);
    }, intervalMs);
    try {
      return await link.closed;
    } finally {
      clearInterval(heart);
      this.#link = undefined;
      this.#hooks.disconnected();
    }
  }

  #self(link: MqttLink | undefined): Self {
    return {
      cameraId: this.#options.cameraId,
      time: this.#hooks.time(),
      ipAddress: link?.localAddress ?? '0.0.0.0',
      spread: spread(this.#options.cameraId),
    };
  }

  get #qos(): 0 | 1 {
    return this.#options.publishQos ?? 1;
  }

  get #reconnectMinMs(): number {
    return this.#options.reconnectMinMs ?? 1000;
  }

  #longer(pauseMs: number): number {
    return Math.min(pauseMs * 2, this.#options.reconnectMaxMs ?? 128_000);
  }
}

/** Read anew each time: the power may go during any await. */
function isOff(signal: AbortSignal): boolean {
  return signal.aborted;
}
