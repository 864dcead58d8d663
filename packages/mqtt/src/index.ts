/** MQTT as services use it. */
export * from './broker-api.ts';
export * from './client.ts';
export type { Delivery, DeliveryGauges } from './pipelined-acknowledgement.ts';
export * from './service-client-id.ts';
