/** What makes a phone or computer trust this server. Open: who trusts nothing here yet cannot have logged in. */
import { z } from 'zod';
import { route, type Route } from '../http/route.ts';
import { appleProfile } from '../trust/apple-profile.ts';
import { readHouseCa } from '../trust/house-ca.ts';
import type { Deps } from './deps.ts';

const access = { open: 'a CA certificate is public, and needed before one logs in' } as const;
const errors = { 503: 'the certificate cannot be read' };

export const trustSchema = z
  .object({
    name: z.string().meta({ description: 'common name of the CA' }),
    sha256: z.string().meta({ description: 'fingerprint, as devices show it: AB:CD:…' }),
    validTo: z.iso.datetime(),
  })
  .meta({ id: 'Trust' });

export function trustRoutes(deps: Pick<Deps, 'certsDir'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/trust',
      summary: 'The CA of this installation: name and fingerprint to compare',
      tag: 'trust',
      access,
      errors,
      answer: { status: 200, json: trustSchema },
      async handler() {
        const { name, sha256, validTo } = await readHouseCa(deps.certsDir);
        return { name, sha256, validTo: validTo.toISOString() };
      },
    }),
    route({
      method: 'get',
      path: '/api/trust/ca.crt',
      summary: 'The CA certificate, PEM',
      tag: 'trust',
      access,
      errors,
      answer: { status: 200, bytes: ['application/x-x509-ca-cert'], description: 'one certificate' },
      async handler({ response }) {
        const { pem } = await readHouseCa(deps.certsDir);
        response.type('application/x-x509-ca-cert').attachment('apiary-ca.crt').send(Buffer.from(pem));
      },
    }),
    route({
      method: 'get',
      path: '/api/trust/apiary.mobileconfig',
      summary: 'The CA certificate as a profile for iPhone, iPad and Mac',
      tag: 'trust',
      access,
      errors,
      answer: {
        status: 200,
        bytes: ['application/x-apple-aspen-config'],
        description: 'configuration profile',
      },
      async handler({ response }) {
        const profile = appleProfile(await readHouseCa(deps.certsDir));
        // No attachment: Safari offers to install only what it is shown.
        response.type('application/x-apple-aspen-config').send(Buffer.from(profile));
      },
    }),
  ];
}
