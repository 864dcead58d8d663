/** A password that a person copies once: four groups of five, no characters that look like others, over 95 bits. */
import { randomInt } from 'node:crypto';

const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

export function generatedPassword(): string {
  const group = (): string =>
    Array.from({ length: 5 }, () => letters.charAt(randomInt(letters.length))).join('');
  return Array.from({ length: 4 }, group).join('-');
}
