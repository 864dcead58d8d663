/** The system screen: health of every part, certificates, clock, logs. */
import { productVersion } from '@apiary/base/http';
import { route, type Route } from '../http/route.ts';
import { logsQuerySchema, logsSchema, systemSchema } from '../schemas/system.ts';
import { readCertificates } from '../system/certificates.ts';
import { brokerHealth, databaseHealth, serviceHealth, type PartHealth } from '../system/health.ts';
import { listLogs, tailLogs } from '../system/log-tail.ts';
import type { Deps } from './deps.ts';

export const systemRoutes = (deps: Deps): Route[] => [
  route({
    method: 'get',
    path: '/api/system',
    summary: 'Health, version and uptime of each part; days certificates have left; the clock',
    tag: 'system',
    access: { action: 'system.read' },
    answer: { status: 200, json: systemSchema },
    async handler() {
      const now = new Date();
      const [parts, certificates] = await Promise.all([allParts(deps), readCertificates(deps.certsDir, now)]);
      return {
        version: productVersion,
        time: now.toISOString(),
        timeZone: deps.timeZone,
        parts: parts.map((part) => ({ ...part, checks: { ...part.checks } })),
        certificates: certificates.map((facts) => ({ ...facts, notAfter: facts.notAfter.toISOString() })),
      };
    },
  }),
  route({
    method: 'get',
    path: '/api/system/logs',
    summary: 'The last lines of the logs by part, level and text; none where a container engine keeps them',
    tag: 'system',
    access: { action: 'system.read' },
    query: logsQuerySchema,
    answer: { status: 200, json: logsSchema },
    async handler({ query }) {
      const [parts, lines] = await Promise.all([listLogs(deps.dataDir), tailLogs(deps.dataDir, query)]);
      return { parts, lines };
    },
  }),
];

async function allParts(deps: Deps): Promise<PartHealth[]> {
  const services = await Promise.all([
    ...deps.healthUrls.map(({ name, url }) => serviceHealth(name, url)),
    databaseHealth(deps.pool),
  ]);
  return [...services, brokerHealth(deps.brokerConnected())];
}
