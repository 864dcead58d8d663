import * as en from '../messages/en/camera.ts';
import { wordsOf } from '../messages.ts';

export const t = await wordsOf(en, { de: () => import('../messages/de/camera.ts') });
