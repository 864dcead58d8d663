/** The floor of receiving: mqtt.js, durable session, QoS 1, a counter and nothing else. Arguments: port, count. Run as a child. */
import { connect } from 'mqtt';

const [port, count] = [Number(process.argv[2]), Number(process.argv[3])];
let received = 0;
const client = connect({ host: '127.0.0.1', port, clientId: 'bare-subscriber', clean: false });
client.on('connect', () => {
  client.subscribe('prod/device/+/hive-cam/#', { qos: 1 }, () => process.send?.('ready'));
});
client.on('message', () => {
  received += 1;
  if (received === count) process.send?.('done');
});
