import * as en from '../messages/en/people.ts';
import { wordsOf } from '../messages.ts';

export const t = await wordsOf(en, { de: () => import('../messages/de/people.ts') });
