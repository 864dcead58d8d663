/** Tasks of an installation, for the embedded supervisor; `main.ts` is the same as a program. */
export { loadInstallation, type Installation, type InstallationSettings } from './config.ts';
export { brokerDir, postgresClusterDir } from './folders.ts';
export { makeCameraPackage, renderCameraPackage, type CameraPackage } from './camera-package.ts';
export { examine, failed, renderFindings, type Finding } from './doctor.ts';
export { buildInfo, renderInfo, type Info, type InfoInput, type ServiceInfo } from './info.ts';
export { migrateDatabase, type MigrateOptions } from './migrate.ts';
export { keepCertificatesFresh, renewCertificates } from './renewal.ts';
export { setup, type SetupOptions, type SetupResult } from './setup.ts';
export { markWelcomed, readWelcome, renderWelcome, type Welcome } from './welcome.ts';
