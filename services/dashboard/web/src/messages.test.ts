/** Every language says the same things: what is missing does not compile, what is superfluous is found here. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('./messages/', import.meta.url);
const filesOf = (language: string): string[] => readdirSync(new URL(`${language}/`, folder)).toSorted();
const others = readdirSync(folder).filter((name) => !name.includes('.') && name !== 'en');

/** Tables looked up by what the server says: a language may know more or fewer of them. */
const open = new Set(['errors.codes']);

/** `a.b: function(2)` for every word; lists count as one. */
function shapeOf(words: unknown, path = ''): string[] {
  if (open.has(path)) return [`${path}: open`];
  if (typeof words === 'function') return [`${path}: function(${words.length})`];
  if (Array.isArray(words)) return [`${path}: list of ${words.length}`];
  if (typeof words === 'object' && words !== null)
    return Object.entries(words).flatMap(([key, value]) =>
      shapeOf(value, path === '' ? key : `${path}.${key}`),
    );
  return [`${path}: ${typeof words}`];
}

const wordsOf = async (language: string, file: string): Promise<unknown> => ({
  ...((await import(new URL(`${language}/${file}`, folder).href)) as object),
});

describe.each(others)('language %s', (language) => {
  it('has the areas that English has', () => {
    expect(filesOf(language)).toEqual(filesOf('en'));
  });

  it.each(filesOf('en'))('says all of %s and no more', async (file) => {
    const shape = shapeOf(await wordsOf(language, file)).toSorted();
    expect(shape).toEqual(shapeOf(await wordsOf('en', file)).toSorted());
  });
});
