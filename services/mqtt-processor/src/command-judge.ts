/**
 * What a camera's reports say about a command under way. The contract proves no acknowledgement topic (contract §18), so
 * a command counts as confirmed when the camera then shows what was asked for; an echoed request id is taken where given.
 */
import type { JsonObject, JsonValue, StatusMessage } from '@apiary/contract';
import type { OpenCommand } from '@apiary/database/command-outcome-repository';
import type { Report } from './camera-fold.ts';

export interface Verdict {
  readonly outcome: 'confirmed' | 'refused';
  readonly detail: string;
}

const refusingWord = /^(refused|rejected|error|fail|invalid|unsupported|denied)/i;

/** @param reconnectedAtMs when the camera last came back, if it did in this batch */
export function judgeCommand(
  command: OpenCommand,
  reports: readonly Report[],
  reconnectedAtMs: number | undefined,
): Verdict | undefined {
  if (
    command.command === 'system/reboot' &&
    command.publishedAtMs !== undefined &&
    reconnectedAtMs !== undefined
  ) {
    if (reconnectedAtMs > command.publishedAtMs)
      return { outcome: 'confirmed', detail: 'the camera connected again' };
  }
  for (const { message, receivedAtMs } of reports) {
    const echoes = message.requestId === command.requestId;
    if (!echoes && receivedAtMs < command.requestedAtMs) continue;
    if (echoes && refusingWord.test(message.status))
      return { outcome: 'refused', detail: `the camera answered "${message.status.slice(0, 100)}"` };
    const verdict = judgeReport(command, message, echoes);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function judgeReport(command: OpenCommand, message: StatusMessage, echoes: boolean): Verdict | undefined {
  switch (command.command) {
    case 'system/setmode':
      return judgeMode(command, message, echoes);
    case 'settings/update':
      return judgeSettings(command, message, echoes);
    case 'system/reboot':
      // Its echo says that it heard, not that it came back.
      return undefined;
    default:
      return echoes ? { outcome: 'confirmed', detail: 'the camera acknowledged it' } : undefined;
  }
}

function judgeMode(command: OpenCommand, message: StatusMessage, echoes: boolean): Verdict | undefined {
  const wanted = command.expected['mode'];
  if (message.mode === undefined || typeof wanted !== 'string')
    return echoes ? { outcome: 'confirmed', detail: 'the camera acknowledged it' } : undefined;
  if (message.mode === wanted.toLowerCase())
    return { outcome: 'confirmed', detail: `the camera reports mode ${message.mode}` };
  // Without the echo it may have been said before the command arrived.
  return echoes
    ? { outcome: 'refused', detail: `the camera reports mode ${message.mode.slice(0, 64)}` }
    : undefined;
}

function judgeSettings(command: OpenCommand, message: StatusMessage, echoes: boolean): Verdict | undefined {
  const wanted = command.expected['settings'];
  const expected = typeof wanted === 'object' && wanted !== null ? (wanted as JsonObject) : {};
  const shown = Object.keys(expected).filter((name) => message.settings[name] !== undefined);
  const wrong = shown.filter((name) => !sameValue(expected[name], message.settings[name]));
  if (wrong.length > 0) {
    return echoes
      ? { outcome: 'refused', detail: `the camera reports another ${wrong.slice(0, 5).join(', ')}` }
      : undefined;
  }
  const silentState = message.type === 'state' && command.publishedAtMs !== undefined;
  if (echoes || shown.length > 0 || silentState)
    return { outcome: 'confirmed', detail: 'the camera reports the settings' };
  return undefined;
}

/** Case and JSON type of simple values do not matter: `true` and "TRUE" say the same. */
function sameValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  const text = (value: JsonValue | undefined): string =>
    (typeof value === 'string' ? value : JSON.stringify(value ?? null)).toUpperCase();
  return text(a) === text(b);
}
