import * as en from '../messages/en/system.ts';
import { wordsOf } from '../messages.ts';

export const t = await wordsOf(en, { de: () => import('../messages/de/system.ts') });
