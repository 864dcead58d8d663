export * from './camera-database.ts';
export * from './camera-files.ts';
