/** Alerts in plain words, for channels whose receiver does the looks: webhooks and web push. */
import { DateTime } from 'luxon';
import type { AlertKind } from '@apiary/notification-rules';
import type { Alert, Message } from '../channel.ts';

export type Language = 'en' | 'de';
export const languageOf = (text: string): Language => (text.toLowerCase().startsWith('de') ? 'de' : 'en');

const titles: Readonly<Record<Language, Readonly<Record<AlertKind, string>>>> = {
  en: {
    motion: '🚶 Motion Detected',
    person: '👤 Person Detected',
    sound: '🔊 Sound Detected',
    online: '✅ Camera Online',
    offline: '🔴 Camera Offline',
  },
  de: {
    motion: '🚶 Bewegung erkannt',
    person: '👤 Person erkannt',
    sound: '🔊 Geräusch erkannt',
    online: '✅ Kamera online',
    offline: '🔴 Kamera offline',
  },
};
const summaries: Readonly<Record<Language, Readonly<Record<'late' | 'many', (count: number) => string>>>> = {
  en: {
    late: (count) => `${count} ${count === 1 ? 'alert' : 'alerts'} while offline`,
    many: (count) => `${count} alerts at once`,
  },
  de: {
    late: (count) => `${count} ${count === 1 ? 'Meldung' : 'Meldungen'}, während keine Verbindung bestand`,
    many: (count) => `${count} Meldungen auf einmal`,
  },
};

export interface PlainWords {
  readonly title: string;
  readonly body: string;
}

/** @param zone IANA name of the house's time zone */
export function plainWords(message: Message, language: Language, zone: string): PlainWords {
  if (message.form === 'alert') {
    const { kind, cameraName, at } = message.alert;
    return {
      title: titles[language][kind],
      body: `${cameraName} • ${DateTime.fromJSDate(at, { zone }).toFormat('yyyy-MM-dd HH:mm:ss')}`,
    };
  }
  const { cause, alerts } = message.summary;
  return { title: summaries[language][cause](alerts.length), body: perCamera(alerts) };
}

/** `Front door (3), Yard (1)`, the busiest first. */
function perCamera(alerts: readonly Alert[]): string {
  const counts = new Map<string, number>();
  for (const { cameraName } of alerts) counts.set(cameraName, (counts.get(cameraName) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} (${count})`)
    .join(', ');
}
