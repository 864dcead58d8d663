import * as en from '../messages/en/review.ts';
import { wordsOf } from '../messages.ts';

export const t = await wordsOf(en, { de: () => import('../messages/de/review.ts') });
