import * as en from '../messages/en/house.ts';
import { wordsOf } from '../messages.ts';

export const { house: t } = await wordsOf(en, { de: () => import('../messages/de/house.ts') });
