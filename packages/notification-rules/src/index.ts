/** Rules of notifications: their shape, the one function that decides, and the replay of it over the past. */
export * from './evaluate.ts';
export * from './quiet-hours.ts';
export * from './replay.ts';
export * from './rule-set.ts';
