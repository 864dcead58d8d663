/** Formatted text as the Bot API's HTML mode reads it: known tags, nested right, special characters escaped. */
import { badRequest } from './error.ts';

const knownTags = new Set(
  'b strong i em u ins s strike del span tg-spoiler a tg-emoji code pre blockquote'.split(' '),
);
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/**
 * @returns the text without its tags, which is what limits count
 * @throws BotApiError `can't parse entities: …`, offsets in bytes, as the real one words it
 */
export function plainTextOf(html: string): string {
  const open: string[] = [];
  let [plain, at] = ['', 0];
  const wrong = (detail: string): never => {
    throw badRequest(`can't parse entities: ${detail}`);
  };
  const offset = (): number => Buffer.byteLength(html.slice(0, at));
  while (at < html.length) {
    const rest = html.slice(at);
    const entity = /^&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/i.exec(rest);
    if (rest.startsWith('</')) {
      const name = /^<\/([^>]*)>/.exec(rest)?.[1]?.toLowerCase();
      if (name === undefined) wrong(`Unclosed end tag at byte offset ${offset()}`);
      const expected = open.pop();
      if (expected === undefined) wrong(`Unexpected end tag at byte offset ${offset()}`);
      if (name !== '' && name !== expected)
        wrong(`Unmatched end tag at byte offset ${offset()}, expected "</${expected}>", found "</${name}>"`);
      at += rest.indexOf('>') + 1;
    } else if (rest.startsWith('<')) {
      const name = /^<([^\s>]*)/.exec(rest)?.[1]?.toLowerCase() ?? '';
      if (!knownTags.has(name)) wrong(`Unsupported start tag "${name}" at byte offset ${offset()}`);
      const end = rest.indexOf('>');
      if (end < 0) wrong(`Unclosed start tag at byte offset ${offset()}`);
      open.push(name);
      at += end + 1;
    } else if (entity !== null) {
      const [whole, decimal, hex, name = ''] = entity;
      const code = decimal === undefined ? (hex === undefined ? undefined : parseInt(hex, 16)) : +decimal;
      plain += code === undefined ? (entities[name.toLowerCase()] ?? whole) : String.fromCodePoint(code);
      at += whole.length;
    } else {
      plain += rest.charAt(0);
      at += 1;
    }
  }
  const unclosed = open.pop();
  if (unclosed !== undefined) wrong(`Can't find end tag corresponding to start tag "${unclosed}"`);
  return plain;
}
