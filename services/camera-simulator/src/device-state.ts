/**
 * Mode, settings and what commands do to them. Pure: no socket, no clock. A command returns what the camera reports
 * afterwards, or undefined when it stays silent.
 */
import { defaultCameraSettings } from '@apiary/contract';
import type { Obedience } from './options.ts';

export type Report = Readonly<Record<string, unknown>>;

export class DeviceState {
  /** Upper case, as on the wire. */
  mode = 'ARMED';
  /** All twenty fields of contract §6.4. */
  settings: Record<string, unknown> = { ...defaultCameraSettings };
  sound: string | undefined;
  /** By command (`system/setmode`); what is not listed is obeyed. */
  readonly obedience = new Map<string, Obedience>();

  apply(command: string, body: Readonly<Record<string, unknown>>): Report | undefined {
    const obedience = this.obedience.get(command) ?? 'obey';
    if (obedience === 'ignore') return undefined;
    const obeys = obedience === 'obey';
    switch (command) {
      case 'system/setmode':
        if (obeys && typeof body['mode'] === 'string') this.mode = body['mode'].toUpperCase();
        return this.#report(obeys, { mode: this.mode });
      case 'settings/update':
        if (obeys) this.settings = fullSettings(body);
        return this.#report(obeys, { mode: this.mode, settings: this.settings });
      case 'sound/play':
        if (obeys && typeof body['soundType'] === 'string') this.sound = body['soundType'];
        return this.#report(obeys, { sound: this.sound ?? 'NONE' });
      case 'sound/stop':
        if (obeys) this.sound = undefined;
        return this.#report(obeys, { sound: this.sound ?? 'NONE' });
      default:
        // Unknown commands; stream/* is live view's.
        return undefined;
    }
  }

  #report(obeys: boolean, fields: Report): Report {
    return { status: 'online', ...fields, ...(obeys ? {} : { result: 'refused' }) };
  }
}

/** All or nothing: a field left out falls back to its factory value (contract §16.15). */
function fullSettings(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(defaultCameraSettings).map(([name, fallback]) => [name, body[name] ?? fallback]),
  );
}
