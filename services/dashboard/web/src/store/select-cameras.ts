/** The cameras as people expect them: by name, numbers in it by their value. */
import { locale } from '../messages.ts';
import type { Camera } from '../types.ts';
import type { State } from './state.ts';

const order = new Intl.Collator(locale, { numeric: true });

const byName = (a: Camera, b: Camera): number => order.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);

export const selectCameras = (state: State): readonly Camera[] =>
  [...state.cameras.values()].toSorted(byName);
