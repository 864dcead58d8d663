/** Every form of a time a camera may send (contract §6.5), and the ones that must not poison a list. */
export const timestampForms = [
  'seconds',
  'milliseconds',
  'digits',
  'iso',
  'iso-micro',
  'iso-no-zone',
  'creationTimestamp',
  'missing',
  'null',
  'nonsense',
] as const;
export type TimestampForm = (typeof timestampForms)[number];

/** The fields a message carries for a time in this form; none for `missing`. */
export function timestampFields(at: Date, form: TimestampForm): Record<string, unknown> {
  const seconds = Math.floor(at.getTime() / 1000);
  switch (form) {
    case 'seconds':
      return { timestamp: seconds };
    case 'milliseconds':
      return { timestamp: at.getTime() };
    case 'digits':
      return { timestamp: String(seconds) };
    case 'iso':
      return { timestamp: at.toISOString() };
    case 'iso-micro':
      return { timestamp: at.toISOString().replace('Z', '123Z') };
    case 'iso-no-zone':
      return { timestamp: at.toISOString().replace('Z', '') };
    case 'creationTimestamp':
      return { creationTimestamp: seconds };
    case 'missing':
      return {};
    case 'null':
      return { timestamp: null };
    case 'nonsense':
      return { timestamp: 'yesterday' };
  }
}
