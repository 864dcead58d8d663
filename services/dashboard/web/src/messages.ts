/**
 * The words of the page, in the reader's language: by the browser, or as chosen on the account screen. `t` holds what
 * every screen may need (messages/<language>/core.ts). A screen brings its own area:
 *
 *   import * as en from '../messages/en/review.ts';
 *   export const t = await wordsOf(en, { de: () => import('../messages/de/review.ts') });
 *
 * The languages are typed alike, so a missing key does not compile; messages.test.ts finds the superfluous ones. Texts
 * with values are functions, so that a language may order and inflect as it needs.
 */
import * as english from './messages/en/core.ts';

/** Each named in itself. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const storageKey = 'apiary.language';
const known = (tag: string): Language | undefined => {
  const short = tag.slice(0, 2).toLowerCase();
  return short === 'en' || short === 'de' ? short : undefined;
};

/** Undefined: whatever the browser asks for. */
export function chosenLanguage(): Language | undefined {
  try {
    return known(localStorage.getItem(storageKey) ?? '');
  } catch {
    // Not in a browser, or one that keeps nothing.
    return undefined;
  }
}

/** Begins the page anew in this language; undefined: in the browser's. */
export function chooseLanguage(choice: Language | undefined): void {
  if (choice === undefined) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, choice);
  window.location.reload();
}

const asked: readonly string[] = typeof navigator === 'undefined' ? [] : navigator.languages;

export const language: Language =
  chosenLanguage() ?? asked.map(known).find((one) => one !== undefined) ?? 'en';
/** For Intl: the words' language in the reader's own variety, such as en-GB. */
export const locale: string = asked.find((tag) => known(tag) === language) ?? language;

/** Of the same keys: a constant's type would otherwise be its English text. */
type Alike<Words> = { readonly [Key in keyof Words]: Words[Key] extends string ? string : Words[Key] };
type Others<Words> = Readonly<Record<Exclude<Language, 'en'>, () => Promise<Alike<Words>>>>;

/** The words of an area; English when those of the language cannot be fetched. */
export async function wordsOf<Words>(en: Words & Alike<Words>, others: Others<Words>): Promise<Alike<Words>> {
  if (language === 'en') return en;
  return others[language]().catch(() => en);
}

export type Messages = Alike<typeof english>;
export const t: Messages = await wordsOf(english, { de: () => import('./messages/de/core.ts') });
