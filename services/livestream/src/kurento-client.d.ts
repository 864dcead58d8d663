/** What media-server.ts uses of kurento-client, which comes without types. Its objects are thenables. */
declare module 'kurento-client' {
  import type { EventEmitter } from 'node:events';

  /** `result` of a call is `{value}`; of a creation the object itself. */
  export type KurentoCallback = (error: unknown, result: unknown) => void;

  export interface KurentoObject extends EventEmitter {
    readonly id: string;
  }

  export interface KurentoClient extends EventEmitter {
    create(type: string, params: Record<string, unknown>, callback: KurentoCallback): unknown;
    getServerManager(callback: KurentoCallback): unknown;
    close(): void;
    /** The reconnecting socket. */
    readonly _re: EventEmitter & { disconnect(): void };
  }

  interface KurentoConstructor {
    (url: string, options: Record<string, unknown>): KurentoClient;
    getComplexType(name: string): (fields: object) => object;
  }

  const kurento: KurentoConstructor;
  // eslint-disable-next-line no-restricted-syntax -- as the library exports it
  export default kurento;
}
