/** Takes secrets out of what cameras sent, before a person copies it into a bug report. */

const secretName =
  /pass(word|wd|phrase)?$|secret|token|credential|private.?key|client.?key|^key$|psk|authorization/i;
const pemBlock = /-----BEGIN [^-]+-----[\s\S]*?(-----END [^-]+-----|$)/g;
const redacted = '[redacted]';

/** JSON within a text is looked into as well: a kept message holds its payload so. */
function redactText(text: string): unknown {
  if (/^\s*[{[]/.test(text)) {
    try {
      return redact(JSON.parse(text));
    } catch {
      // Cut short, or no JSON after all.
    }
  }
  return text.replaceAll(pemBlock, redacted);
}

/** The same value with secrets replaced, however deep they lie. */
export function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, secretName.test(name) ? redacted : redact(part)]),
  );
}
