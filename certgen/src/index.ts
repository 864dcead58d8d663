/** CA and certificates of one installation. `services/admin setup` is the program around it. */
export { ensureCertificates, type CertificateOutcome, type EnsureOptions } from './ensure.ts';
export { inspectCertificates, type CertificateFinding } from './inspect.ts';
export { leafNames, type CertificateNames, type LeafName } from './leaves.ts';
export { type PairName } from './pair-files.ts';
