/**
 * Everything cameras and the appliance say to each other. This package imports none of ours: the simulator, the
 * services and the tests all read it. Source of every fact: docs/ref/contract.md, quoted as "contract §n".
 *
 * Log of firmware behaviour this package knows
 *   2026-11-24  topics, payloads, provisioning and uploads as the reference platform speaks them (firmware
 *               V0_0_00_117RC_svn1356). Payload shapes are not proven by a capture: first raw messages of each kind
 *               are kept under DATA_DIR/first-contact to settle what contract §18 asks.
 *   2026-11-24  live view (contract §9–10): offer, rewrite, messages and signalling as the reference platform speaks
 *               them; the two limits of a stream (30 s without REMB, 120 s without keepalive) are both kept.
 */
export * from './access-rules.ts';
export * from './activity.ts';
export * from './camera-id.ts';
export * from './camera-settings.ts';
export * from './commands.ts';
export * from './emqx-acl.ts';
export * from './messages.ts';
export * from './provisioning.ts';
export * from './signaling.ts';
export * from './stream.ts';
export * from './timestamps.ts';
export * from './topics.ts';
export * from './uploads.ts';
