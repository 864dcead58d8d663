/** What `doctor` says about the certificates. Changes nothing. */
import { errorMessage } from '@apiary/base/errors';
import { leafFault, loadPair, validTo, type LoadedPair } from './check.ts';
import { leafNames, planLeaf, type CertificateNames } from './leaves.ts';
import { readPair, type PairName } from './pair-files.ts';

export interface CertificateFinding {
  readonly name: PairName;
  /** Whole days until it expires; undefined when there is no readable pair. */
  readonly daysLeft: number | undefined;
  /** undefined: nothing is wrong. */
  readonly fault: string | undefined;
}

export async function inspectCertificates(
  certsDir: string,
  names: CertificateNames,
  now = new Date(),
): Promise<CertificateFinding[]> {
  const findings: CertificateFinding[] = [];
  let ca: LoadedPair | undefined;
  for (const name of ['ca', ...leafNames] as const) {
    let daysLeft: number | undefined;
    let fault: string | undefined;
    try {
      const pair = await readPair(certsDir, name);
      if (pair === undefined) fault = 'there is none; `make up` makes it';
      else {
        const loaded = loadPair(name, pair);
        if (name === 'ca') ca = loaded;
        daysLeft = Math.floor((validTo(loaded.certificate).getTime() - now.getTime()) / 86_400_000);
        if (name !== 'ca' && ca !== undefined) fault = leafFault(loaded, ca, planLeaf(name, names), now);
        else if (daysLeft < 0) fault = 'it expired';
      }
    } catch (error) {
      fault = errorMessage(error);
    }
    findings.push({ name, daysLeft, fault });
  }
  return findings;
}
