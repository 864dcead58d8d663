/**
 * Best-effort rows about provisioning: sightings of unknown ids, audit lines of issued keys. Cameras boot while the
 * database is away, so nothing here delays an answer: entries wait in memory, are written in batches, and are tried
 * again. The queue is bounded; what falls off is counted, and every audited fact is a log line besides.
 */
import type pg from 'pg';
import type { Counters } from '@apiary/base/counters';
import { withDeadline } from '@apiary/base/deadline';
import { errorMessage } from '@apiary/base/errors';
import type { Logger } from '@apiary/base/logger';
import { recordAudits, type AuditEntry } from '@apiary/database/audit-repository';
import { recordSightings, type ProvisioningSighting } from '@apiary/database/unclaimed-repository';
import { isCameraId } from '@apiary/contract';

export interface Bookkeeper {
  sighting(id: string, address: string, kind: 'config' | 'certificate'): void;
  audit(entry: AuditEntry): void;
  /** Writes what waits, within a deadline. */
  stop(): Promise<void>;
}

const flushAfterMs = 100;
const retryMs = 1000;
const auditLimit = 10_000;
const sightingLimit = 2000;
const auditBatch = 500;
const stopTimeoutMs = 3000;

interface Sighting extends ProvisioningSighting {
  configRequests: number;
  certificateRequests: number;
  address: string;
  at: Date;
}

export function startBookkeeper(pool: pg.Pool, logger: Logger, counters: Counters): Bookkeeper {
  const audits: AuditEntry[] = [];
  let sightings = new Map<string, Sighting>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let failing = false;

  const schedule = (afterMs: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      writing = write().finally(() => {
        writing = undefined;
      });
    }, afterMs);
  };

  const write = async (): Promise<void> => {
    const seen = sightings;
    sightings = new Map();
    const batch = audits.slice(0, auditBatch);
    try {
      await recordSightings(pool, [...seen.values()]);
      seen.clear();
      await recordAudits(pool, batch);
      audits.splice(0, batch.length);
      if (failing) logger.info({ fact: 'bookkeeping caught up' });
      failing = false;
      if (audits.length > 0 || sightings.size > 0) schedule(0);
    } catch (error) {
      counters.add('bookkeeping_failures');
      if (!failing) logger.warn({ fact: 'bookkeeping waits for the database', reason: errorMessage(error) });
      failing = true;
      for (const [id, sighting] of seen) merge(id, sighting);
      schedule(retryMs);
    }
  };

  const merge = (id: string, sighting: Sighting): void => {
    const known = sightings.get(id);
    if (known !== undefined) {
      known.configRequests += sighting.configRequests;
      known.certificateRequests += sighting.certificateRequests;
    } else if (sightings.size < sightingLimit) sightings.set(id, sighting);
    else counters.add('sightings_dropped');
  };

  return {
    sighting: (id, address, kind) => {
      if (!isCameraId(id)) return;
      merge(id, { cameraId: id, address, configRequests: 0, certificateRequests: 0, at: new Date() });
      const entry = sightings.get(id);
      if (entry === undefined) return;
      entry.address = address;
      entry.at = new Date();
      if (kind === 'config') entry.configRequests += 1;
      else entry.certificateRequests += 1;
      schedule(flushAfterMs);
    },
    audit: (entry) => {
      logger.info({ fact: entry.action, cameraId: entry.cameraId, address: entry.address });
      if (audits.length >= auditLimit) {
        audits.shift();
        counters.add('audit_rows_dropped');
      }
      audits.push({ ...entry, at: entry.at ?? new Date() });
      schedule(flushAfterMs);
    },
    stop: async () => {
      const drain = async (): Promise<void> => {
        await writing;
        while (audits.length > 0 || sightings.size > 0) {
          clearTimeout(timer);
          timer = undefined;
          await write();
          if (failing) break;
        }
      };
      await withDeadline(drain(), stopTimeoutMs, 'last bookkeeping').catch(() => undefined);
      clearTimeout(timer);
      if (audits.length > 0) logger.warn({ fact: 'audit rows not written', count: audits.length });
    },
  };
}
