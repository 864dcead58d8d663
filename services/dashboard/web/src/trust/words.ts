import * as en from '../messages/en/trust.ts';
import { wordsOf } from '../messages.ts';

export const t = await wordsOf(en, { de: () => import('../messages/de/trust.ts') });
