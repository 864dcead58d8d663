import * as en from '../messages/en/add.ts';
import { wordsOf } from '../messages.ts';

export const t = await wordsOf(en, { de: () => import('../messages/de/add.ts') });
