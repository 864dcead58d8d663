/** Wörter von Eingang und Zeitleiste. */
import { plural } from '../plural.ts';

export const review = {
  view: 'Ansicht',
  inbox: 'Eingang',
  timeline: 'Zeitleiste',
  unreviewed: (count: number, more: boolean) =>
    count === 0 ? 'Alles gesichtet' : `${more ? `mehr als ${count}` : count} nicht gesichtet`,
  filter: 'Filter',
  inForce: 'Geltende Filter',
  state: 'Gesichtet oder nicht',
  states: { unreviewed: 'Nicht gesichtet', reviewed: 'Gesichtet', all: 'Alle' },
  day: 'Tag',
  from: 'Von',
  to: 'Bis',
  between: (from: string, to: string) => `${from} bis ${to}`,
  cameras: 'Kameras',
  kept: 'Behalten',
  onlyKept: 'Nur Behaltenes',

  allDone: 'Nichts mehr zu sichten',
  allDoneHint: 'Was die Kameras als Nächstes sehen, erscheint sofort hier.',
  noneHint: 'Nehmen Sie einen Filter weg, um mehr zu sehen.',
  selectAll: (count: number) => `Alle ${count} gezeigten auswählen`,
  selectNone: 'Auswahl aufheben',
  choose: (kind: string, camera: string, time: string) => `${kind} bei ${camera}, ${time} auswählen`,
  chosen: 'Ausgewählte Ereignisse',
  count: (count: number) => `${count} ausgewählt`,
  markReviewed: 'Als gesichtet markieren',
  markUnreviewed: 'Als nicht gesichtet markieren',
  keep: 'Behalten',
  unkeep: 'Freigeben',
  download: 'ZIP herunterladen',
  zipMost: (most: number) => `Höchstens ${most} auf einmal herunterladen`,
  remove: 'Löschen',
  removeTitle: (count: number) => `${plural(count, 'Ereignis', 'Ereignisse')} löschen?`,
  removeText:
    'Sie verschwinden sofort für alle; Bilder und Aufnahmen werden endgültig entfernt. Behaltenes bleibt.',

  keyNext: 'Nächstes Ereignis',
  keyPrevious: 'Voriges Ereignis',
  keyChoose: 'Auswählen oder abwählen',
  keyExtend: 'Bis hierher auswählen',
  keyAll: 'Alle gezeigten auswählen',

  dayBefore: 'Der Tag davor',
  dayAfter: 'Der Tag danach',
  dayEmpty: 'Keine Ereignisse an diesem Tag',
  scrub: 'Tageszeit',
  events: (count: number) => plural(count, 'Ereignis', 'Ereignisse'),
  around: 'Zu dieser Zeit',
  nothingAround: 'Nichts innerhalb einer halben Stunde.',
};
