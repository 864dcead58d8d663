/** The database as services see it. */
export * from './changes.ts';
export * from './migrations.ts';
export * from './pool.ts';
export * from './roles.ts';
