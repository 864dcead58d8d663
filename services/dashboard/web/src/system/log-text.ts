/** A log line for people: what happened first, then its facts as `name=value`. Lines of other programs stay as they are. */

export interface LogText {
  readonly head: string;
  /** Empty: nothing more. */
  readonly facts: string;
}

const headKeys = ['fact', 'msg', 'message'];
const valueOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export function logText(text: string): LogText {
  const fields = fieldsOf(text);
  if (fields === undefined) return { head: text, facts: '' };
  const headKey = headKeys.find((key) => typeof fields[key] === 'string');
  if (headKey === undefined) return { head: text, facts: '' };
  const facts = Object.entries(fields).filter(([key]) => key !== headKey);
  return {
    head: valueOf(fields[headKey]),
    facts: facts.map(([key, value]) => `${key}=${valueOf(value)}`).join(' '),
  };
}

function fieldsOf(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
