/**
 * The last lines of the logs under DATA_DIR/logs, one file a part, newest line first. Where parts write to the log of a
 * container engine instead there are no files, and the page says where to look.
 */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface LogLine {
  readonly part: string;
  readonly at: string | null;
  readonly level: string | null;
  readonly text: string;
}

export interface LogFilter {
  readonly part?: string | undefined;
  /** At least this. */
  readonly level?: string | undefined;
  readonly contains?: string | undefined;
  readonly limit: number;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const tailBytes = 512 * 1024;
const suffix = '.log';

/** Names of parts that have a log. */
export async function listLogs(dataDir: string): Promise<string[]> {
  const names = await readdir(join(dataDir, 'logs')).catch(() => []);
  return names
    .filter((name) => /^[a-z][a-z0-9-]*\.log$/.test(name))
    .map((name) => name.slice(0, -suffix.length))
    .sort();
}

export async function tailLogs(dataDir: string, filter: LogFilter): Promise<LogLine[]> {
  const parts = (await listLogs(dataDir)).filter((part) => filter.part === undefined || part === filter.part);
  const wanted = filter.contains?.toLowerCase();
  const lowest = filter.level === undefined ? 0 : levels.indexOf(filter.level);
  const lines: LogLine[] = [];
  for (const part of parts)
    for (const text of await tailOf(join(dataDir, 'logs', part + suffix))) {
      if (wanted !== undefined && !text.toLowerCase().includes(wanted)) continue;
      const line = lineOf(part, text);
      if (lowest > 0 && levels.indexOf(line.level ?? 'info') < lowest) continue;
      lines.push(line);
    }
  return lines.toSorted((a, b) => (b.at ?? '').localeCompare(a.at ?? '')).slice(0, filter.limit);
}

/** Services write JSON lines; the servers write what they like. */
function lineOf(part: string, text: string): LogLine {
  try {
    const { time, level, service: _service, ...rest } = JSON.parse(text) as Record<string, unknown>;
    return {
      part,
      at: typeof time === 'string' ? time : null,
      level: typeof level === 'string' ? level : null,
      text: JSON.stringify(rest),
    };
  } catch {
    const at = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?/.exec(text)?.[0];
    return { part, at: at === undefined ? null : `${at.replace(' ', 'T').slice(0, 23)}Z`, level: null, text };
  }
}

async function tailOf(path: string): Promise<string[]> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const length = Math.min(size, tailBytes);
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
      const lines = buffer
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '');
      // The first one is likely cut.
      return length < size ? lines.slice(1) : lines;
    } finally {
      await file.close();
    }
  } catch {
    return [];
  }
}
