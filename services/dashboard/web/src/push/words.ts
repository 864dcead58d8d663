import * as en from '../messages/en/push.ts';
import { wordsOf } from '../messages.ts';

export const t = await wordsOf(en, { de: () => import('../messages/de/push.ts') });
