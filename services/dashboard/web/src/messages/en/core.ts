/** What every screen may need; the other areas come with their screens. */
export const product = 'Apiary';
export const loading = 'Loading…';

export * from './cameras.ts';
export * from './dialogs.ts';
export * from './events.ts';
export * from './live.ts';
export * from './login.ts';
export * from './shell.ts';
