/** Configuration and certificates (contract §4.3, §4.4). Works while the database is away. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type pg from 'pg';
import type { Counters } from '@apiary/base/counters';
import { withDeadline } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { configReply, normaliseCameraId, type ConfigReplyInput } from '@apiary/contract';
import { cameraStanding } from '@apiary/database/upload-repository';
import type { FirstContact } from '../first-contact.ts';
import type { Bookkeeper } from '../provisioning/bookkeeper.ts';
import type { CertificateFiles } from '../provisioning/certificate-files.ts';
import type { CertificateGate } from '../provisioning/certificate-gate.ts';
import { answer, answerError, answerJson } from '../transport/answer.ts';
import type { ConnectionFacts } from '../transport/two-language-server.ts';

export interface ProvisioningParts {
  readonly config: ConfigReplyInput;
  readonly certificates: CertificateFiles;
  readonly gate: CertificateGate;
  readonly requireApproval: boolean;
  readonly pool: pg.Pool;
  readonly bookkeeper: Bookkeeper;
  readonly firstContact: FirstContact;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** Without REQUIRE_APPROVAL a database that hangs must not hold a booting camera up. */
const standingTimeoutMs = { required: 5000, optional: 1000 } as const;

/**
 * The id as topics will carry it. Any id gets an answer (contract §4.1), but one that could not be an MQTT topic level
 * or a client id (`+`, `#`, spaces) gets none.
 */
export function provisioningId(text: string): string | undefined {
  return normaliseCameraId(text) ?? (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text) ? text : undefined);
}

export function sendConfig(
  parts: ProvisioningParts,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
  facts: ConnectionFacts,
): void {
  answer(request, response, 200, `${JSON.stringify(configReply(id, parts.config), null, 2)}\n`);
  parts.counters.add('config_replies');
  parts.logger.info({ fact: 'configuration sent', cameraId: id, address: facts.address });
  parts.bookkeeper.sighting(id, facts.address, 'config');
  parts.firstContact.keep(id, 'config', request, facts);
}

export async function sendCertificates(
  parts: ProvisioningParts,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
  facts: ConnectionFacts,
): Promise<void> {
  const { counters, logger } = parts;
  const refuse = (status: number, code: string, message: string, headers = {}): void => {
    counters.add(`certificate_refused_${code}`);
    logger.warn({ fact: 'certificate refused', reason: code, cameraId: id, address: facts.address });
    answerError(request, response, status, code, message, headers);
  };
  parts.firstContact.keep(id, 'certificate', request, facts);

  const verdict = await parts.gate.ask(facts.address, id);
  if (!verdict.open && verdict.reason === 'network') {
    refuse(403, 'network', 'Certificates are not given to this address (CERTIFICATE_NETWORKS).');
    return;
  }
  if (!verdict.open) {
    const headers = { 'Retry-After': verdict.retryAfterSeconds };
    refuse(429, 'rate', 'Too many certificate requests; try again later.', headers);
    return;
  }
  parts.bookkeeper.sighting(id, facts.address, 'certificate');

  const standing = await standingOf(parts, id);
  if (standing === 'blocked') {
    refuse(403, 'blocked', 'This camera was blocked.');
    return;
  }
  if (parts.requireApproval && standing === undefined) {
    refuse(503, 'database', 'Approval cannot be looked up now; try again.', { 'Retry-After': 10 });
    return;
  }
  if (parts.requireApproval && standing === 'unknown') {
    refuse(403, 'approval', 'This camera waits for approval.');
    return;
  }

  let reply: string | undefined;
  try {
    reply = await parts.certificates.reply();
  } catch (error) {
    logger.error({ err: error, fact: 'certificates cannot be read' });
    answerError(request, response, 500, 'unreadable', 'The certificates cannot be read.');
    return;
  }
  if (reply === undefined) {
    logger.error({ fact: 'certificates are missing', cameraId: id });
    answerError(request, response, 404, 'missing', 'There are no certificates yet.');
    return;
  }
  answer(request, response, 200, reply);
  counters.add('certificate_replies');
  parts.bookkeeper.audit({
    actor: `camera ${id}`,
    action: 'certificate_issued',
    cameraId: id,
    address: facts.address,
    details: { standing: standing ?? 'not looked up' },
  });
}

/** Undefined: the database does not answer. A camera must be able to boot then, unless approval is demanded. */
async function standingOf(parts: ProvisioningParts, id: string) {
  try {
    return await withDeadline(
      cameraStanding(parts.pool, id),
      parts.requireApproval ? standingTimeoutMs.required : standingTimeoutMs.optional,
      'camera look-up',
    );
  } catch (error) {
    parts.counters.add('database_unavailable');
    parts.logger.warn({ fact: 'camera not looked up', cameraId: id, reason: errorMessage(error) });
    return undefined;
  }
}

/** An id no answer can be built for. */
export function refuseId(request: IncomingMessage, response: ServerResponse): void {
  answerJson(request, response, 404, {
    error: { code: 'not_found', message: 'That cannot be a camera id.' },
  });
}
