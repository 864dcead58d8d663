/** Wörter über Ereignisse und ihre Aufnahmen. */
import type { Kind } from '../../types.ts';
import { plural } from '../plural.ts';

export const events = {
  title: 'Ereignisse',
  allCameras: 'Alle Kameras',
  camera: 'Kamera',
  kind: 'Art',
  everything: 'Alle',
  none: 'Noch keine Ereignisse',
  noneHint: 'Sieht oder hört eine Kamera etwas, erscheint es sofort hier.',
  noneFiltered: 'Kein Ereignis passt',
  noneFilteredHint: 'Versuchen Sie eine andere Kamera oder Art.',
  clearFilters: 'Alle Ereignisse zeigen',
  loadingMore: 'Lade frühere Ereignisse…',
  loadMore: 'Frühere Ereignisse',
  end: 'Das ist alles.',
  failed: 'Frühere Ereignisse ließen sich nicht laden.',
  retry: 'Erneut versuchen',
  today: 'Heute',
  yesterday: 'Gestern',
  open: (kind: string, camera: string, time: string) => `${kind} bei ${camera}, ${time}`,
  arrived: (kind: string, camera: string) => `${kind} bei ${camera}`,
};

export const kinds = { motion: 'Bewegung', person: 'Person', sound: 'Geräusch' } satisfies Record<
  Kind,
  string
>;

export const eventState = {
  going: 'Noch im Gang',
  noEnd: 'Kein Ende gemeldet',
  uploading: 'Warte auf die Aufnahme',
  noRecording: 'Keine Aufnahme',
  quarantined: 'Aufnahme unbrauchbar',
  recordings: (count: number) => plural(count, 'Aufnahme', 'Aufnahmen'),
  uncertainTime: 'Zeit des Eintreffens: Die Uhr der Kamera ging falsch oder schwieg',
};

export const player = {
  close: 'Schließen',
  newer: 'Neueres Ereignis',
  older: 'Älteres Ereignis',
  download: 'Herunterladen',
  downloadOff: 'Zum Herunterladen von Aufnahmen installieren Sie ffmpeg auf dem Server.',
  uploading:
    'Die Aufnahme ist noch nicht da. Kameras senden sie etwas nach dem Ereignis; sie startet hier von selbst.',
  noRecording: 'Zu diesem Ereignis kam keine Aufnahme.',
  quarantined:
    'Die Kamera hat eine unbrauchbare Aufnahme gesendet. Sie liegt beiseite auf dem Server, der Grund steht in seinem Protokoll.',
  failed: 'Die Aufnahme ließ sich nicht abspielen.',
  tryAgain: 'Erneut versuchen',
  more: 'Von diesem Ereignis ist mehr angekommen. Alles abspielen',
  gone: 'Dieses Ereignis gibt es nicht mehr.',
  started: 'Beginn',
  ended: 'Ende',
  duration: 'Länge',
  confidence: 'Sicherheit',
  recording: 'Aufnahme',
  cameraClock: 'Uhr der Kamera',
  word: 'Die Kamera nennt es',
  sizeAndCount: (size: string, count: number) => `${size} in ${plural(count, 'Datei', 'Dateien')}`,
};
