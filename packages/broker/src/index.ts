/** The embedded stack's MQTT broker. Everything else in here is private to it. */
export { startBroker, type Broker, type BrokerOptions } from './broker.ts';
export { zoneLimits, type Zone, type ZoneLimits } from './limits.ts';
