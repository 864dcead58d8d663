/** Levers for tests. Never imported by product code. */
export * from './certificates.ts';
export * from './database.ts';
export * from './fake-bot-api.ts';
export * from './fake-push-service.ts';
export * from './free-port.ts';
export * from './platform.ts';
export * from './temp-dir.ts';
export * from './wait-for.ts';
