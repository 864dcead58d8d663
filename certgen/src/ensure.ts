/**
 * The certificates of one installation, made once and kept: a second run changes no byte. A new address or name makes
 * new server certificates; the CA and the cameras' certificate, which cameras out in the house hold, are never replaced.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { FatalError } from '@apiary/base/errors';
import { checkCa, leafFault, loadPair, validFrom, validTo, type LoadedPair } from './check.ts';
import {
  backdateMs,
  cameraFacingLifeDays,
  leafNames,
  planLeaf,
  renewAfter,
  type CertificateNames,
  type LeafName,
  type LeafPlan,
} from './leaves.ts';
import { finishReplacement, protectKey, readPair, writePair, type PairName } from './pair-files.ts';
import { createCa, createLeaf, days, toIssuer, type Issuer } from './x509.ts';

export interface CertificateOutcome {
  readonly name: PairName;
  /** `adopted`: found, made by someone else, put into our form; the originals lie beside it as `.original`. */
  readonly action: 'kept' | 'issued' | 'renewed' | 'adopted';
  /** Why it was renewed, or that a key was open to others. */
  readonly reason?: string;
}

export interface EnsureOptions {
  readonly now?: Date;
  /** For tests: a 4096-bit key takes seconds. */
  readonly caKeyBits?: 2048 | 4096;
}

/**
 * Makes what is missing in `certsDir`: `ca broker config_server dashboard turn camera_client`, each `.crt` and `.key`
 * (0600). A CA and camera pair put there by hand are adopted.
 * @throws FatalError for people: a pair that is broken, incomplete or does not fit; nothing was replaced
 */
export async function ensureCertificates(
  certsDir: string,
  names: CertificateNames,
  options: EnsureOptions = {},
): Promise<CertificateOutcome[]> {
  const now = options.now ?? new Date();
  await mkdir(certsDir, { recursive: true, mode: 0o755 });
  // Everything is read and checked before anything is written.
  const found = new Map<PairName, LoadedPair>();
  const odd = new Set<PairName>();
  for (const name of ['ca', ...leafNames] as const) {
    await finishReplacement(certsDir, name);
    const pair = await readPair(certsDir, name);
    if (pair === undefined) continue;
    const loaded = loadPair(name, pair);
    found.set(name, loaded);
    if (loaded.normalised.certificate !== pair.certificate || loaded.normalised.key !== pair.key)
      odd.add(name);
  }
  const existingCa = found.get('ca');
  if (existingCa === undefined) refuseOrphans(found);
  else checkCa(existingCa, now);
  const camera = found.get('camera_client');
  if (camera !== undefined && existingCa !== undefined) checkCamera(camera, existingCa, now);

  const outcomes: CertificateOutcome[] = [];
  const keep = async (name: PairName, loaded: LoadedPair): Promise<void> => {
    if (odd.has(name)) {
      await writePair(certsDir, name, loaded.normalised, { keepOriginals: true });
      outcomes.push({ name, action: 'adopted' });
    } else if (await protectKey(certsDir, name)) {
      outcomes.push({ name, action: 'kept', reason: 'its key could be read by others; closed to 0600' });
    } else outcomes.push({ name, action: 'kept' });
  };

  const ca = existingCa ?? (await makeCa(certsDir, now, options.caKeyBits ?? 4096));
  if (existingCa === undefined) outcomes.push({ name: 'ca', action: 'issued' });
  else await keep('ca', existingCa);
  let issuer: Issuer | undefined;
  for (const name of leafNames) {
    const plan = planLeaf(name, names);
    const loaded = found.get(name);
    const reason = loaded === undefined ? undefined : renewalReason(name, loaded, ca, plan, now);
    if (loaded !== undefined && reason === undefined) {
      await keep(name, loaded);
      continue;
    }
    issuer ??= await toIssuer(ca.normalised);
    await writePair(certsDir, name, await createLeaf(issuer, { ...plan, ...validity(plan, ca, now) }));
    outcomes.push(reason === undefined ? { name, action: 'issued' } : { name, action: 'renewed', reason });
  }
  return outcomes;
}

async function makeCa(certsDir: string, now: Date, keyBits: number): Promise<LoadedPair> {
  // The suffix tells the CAs of two installations apart in a camera's trust store.
  const pair = await createCa(`Apiary CA ${randomBytes(4).toString('hex')}`, keyBits, {
    notBefore: new Date(now.getTime() - backdateMs),
    notAfter: new Date(now.getTime() + days(cameraFacingLifeDays)),
  });
  await writePair(certsDir, 'ca', pair);
  return loadPair('ca', pair);
}

/** Leaves without their CA: the CA was lost, and a new one would cut every camera off. */
function refuseOrphans(found: ReadonlyMap<PairName, LoadedPair>): void {
  if (found.size === 0) return;
  throw new FatalError(
    `CERTS_DIR: ${[...found.keys()].map((name) => `${name}.crt`).join(', ')} found, but ca.crt and ca.key are missing. ` +
      'Put them back from a backup, or move all certificates away to start with a new CA (every camera must then be provisioned anew).',
  );
}

function checkCamera(camera: LoadedPair, ca: LoadedPair, now: Date): void {
  const fault = leafFault(camera, ca, planLeaf('camera_client', { address: '' }), now);
  if (fault === undefined) return;
  throw new FatalError(
    `CERTS_DIR: camera_client.crt cannot be used: ${fault}. Put the right pair in place, or move it away to have a new one made ` +
      '(cameras that do not fetch certificates at boot must then be provisioned anew).',
  );
}

function renewalReason(
  name: LeafName,
  loaded: LoadedPair,
  ca: LoadedPair,
  plan: LeafPlan,
  now: Date,
): string | undefined {
  if (name === 'camera_client') return undefined;
  const fault = leafFault(loaded, ca, plan, now);
  if (fault !== undefined) return fault;
  const [from, to] = [validFrom(loaded.certificate).getTime(), validTo(loaded.certificate).getTime()];
  const aged = now.getTime() >= from + (to - from) * renewAfter;
  // A leaf already limited by its CA would gain nothing, and be made anew at every run.
  const gains = validity(plan, ca, now).notAfter.getTime() > to + days(30);
  return aged && gains ? 'two thirds of its life are over' : undefined;
}

function validity(plan: LeafPlan, ca: LoadedPair, now: Date): { notBefore: Date; notAfter: Date } {
  const notBefore = now.getTime() - backdateMs;
  const wanted = notBefore + days(plan.lifeDays);
  return {
    notBefore: new Date(notBefore),
    notAfter: new Date(Math.min(wanted, validTo(ca.certificate).getTime())),
  };
}
