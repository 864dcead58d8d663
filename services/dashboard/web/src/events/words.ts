import * as en from '../messages/en/event.ts';
import { wordsOf } from '../messages.ts';

export const t = await wordsOf(en, { de: () => import('../messages/de/event.ts') });
