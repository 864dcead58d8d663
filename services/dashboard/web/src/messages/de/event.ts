/** Wörter der Ansicht eines Ereignisses, der Marken an Ereignissen und der Links zu ihnen. */
import { plural } from '../plural.ts';

const events = (count: number): string => plural(count, 'Ereignis', 'Ereignisse');

export const keys = { player: 'Aufnahme', event: 'Dieses Ereignis', events: 'Andere Ereignisse' };

export const event = {
  title: (kind: string, camera: string) => `${kind} bei ${camera}`,
  goneHint: 'Es wurde gelöscht, oder Sie dürfen seine Kamera nicht sehen.',
  recordingsRemoved: 'Die Aufnahme wurde nach ihrer Zeit im Speicher entfernt. Ereignis und Bild bleiben.',
  stillGoing: 'Noch nicht: Es ist im Gang',
  noEnd: 'Die Kamera hat kein Ende gemeldet',
  reviewed: 'Gesichtet',
  markReviewed: 'Als gesichtet markieren',
  toggleReviewed: 'Gesichtet oder nicht',
  keep: 'Behalten',
  kept: 'Behalten',
  keptBy: (name: string, when: string) => `von ${name}, ${when}`,
  keepHint: 'Was behalten wird, räumt die Aufbewahrung nie weg.',
  toggleKept: 'Behalten oder freigeben',
  keptNotDeleted: 'Es wird behalten: Geben Sie es zuerst frei.',
  download: 'Herunterladen',
  share: 'Teilen',
  remove: 'Löschen',
  removeTitle: 'Dieses Ereignis löschen?',
  removeText: 'Es verschwindet sofort für alle; Bild und Aufnahmen werden endgültig entfernt.',
  removeAction: 'Ereignis löschen',
};

export const marked = {
  reviewed: (count: number) => `${events(count)} als gesichtet markiert.`,
  unreviewed: (count: number) => `${events(count)} wieder ungesichtet.`,
  keep: (count: number) => `${events(count)} behalten.`,
  unkeep: (count: number) => `${events(count)} freigegeben.`,
  delete: (count: number) => `${events(count)} gelöscht.`,
};
export const sparedKept = (count: number): string =>
  count === 1 ? 'Eines wird behalten und bleibt.' : `${count} werden behalten und bleiben.`;

export const player = {
  controls: 'Wiedergabe',
  position: 'Stelle',
  at: (at: string, of: string) => `${at} von ${of}`,
  play: 'Abspielen',
  pause: 'Anhalten',
  playPause: 'Abspielen oder anhalten',
  back: (seconds: number) => `${seconds} Sekunden zurück`,
  forward: (seconds: number) => `${seconds} Sekunden vor`,
  frameBack: 'Ein Bild zurück',
  frameForward: 'Ein Bild vor',
  speed: 'Tempo',
  slower: 'Langsamer',
  faster: 'Schneller',
  volume: 'Lautstärke',
  sound: 'Ton an oder aus',
  soundOn: 'Ton einschalten',
  soundOff: 'Ton ausschalten',
  pictureInPicture: 'Bild im Bild',
  fullScreen: 'Ganzer Bildschirm',
};

export const share = {
  title: 'Dieses Ereignis teilen',
  lead: 'Ein Link zeigt nur dieses Ereignis, jedem, der ihn hat, ohne Anmeldung.',
  expires: 'Der Link endet',
  lifetime: (hours: number) =>
    hours < 24 ? `in ${plural(hours, 'Stunde', 'Stunden')}` : `in ${plural(hours / 24, 'Tag', 'Tagen')}`,
  make: 'Link anlegen',
  link: 'Der Link',
  linkHint: 'Kopieren Sie ihn jetzt: Er wird nur dieses eine Mal gezeigt.',
  send: 'Senden…',
  openLinks: 'Links, die jetzt gelten',
  none: 'Es gibt keine.',
  until: (time: string) => `Bis ${time}`,
  by: (name: string, opened: number) =>
    `von ${name}, ${opened === 0 ? 'noch nicht geöffnet' : `${opened}-mal geöffnet`}`,
  revoke: 'Zurückziehen',
  revoked: 'Der Link ist zurückgezogen.',
  sharedBy: (name: string, until: string) => `Geteilt von ${name}. Der Link endet am ${until}.`,
  lookAgain: 'Erneut nachsehen',
  expired: 'Dieser Link ist abgelaufen',
  withdrawn: 'Dieser Link wurde zurückgezogen',
  askAgain: 'Bitten Sie den Absender um einen neuen.',
  noSuchLink: 'Dieser Link öffnet nichts',
  noSuchLinkHint: 'Wurde er ganz kopiert? Er endet mit 43 Zeichen nach einem #.',
  deletedHint: 'Wer es geteilt hat, hat es inzwischen gelöscht.',
  failed: 'Das Ereignis ließ sich nicht öffnen',
};
