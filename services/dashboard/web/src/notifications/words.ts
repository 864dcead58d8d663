import * as en from '../messages/en/notifications.ts';
import { wordsOf } from '../messages.ts';

export const { notifications: t } = await wordsOf(en, {
  de: () => import('../messages/de/notifications.ts'),
});
