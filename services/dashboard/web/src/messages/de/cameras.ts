/** Wörter über Kameras: Karten, Modus, Befehle, Töne, Einstellungen. */
import type { Mode, SoundType } from '../../types.ts';
import { plural } from '../plural.ts';

export const cameras = {
  title: 'Kameras',
  summary: (connected: number, all: number) => `${connected} von ${all} verbunden`,
  connected: 'Verbunden',
  disconnected: 'Nicht verbunden',
  since: (time: string) => `seit ${time}`,
  lastHeard: (age: string) => `zuletzt gehört ${age}`,
  neverHeard: 'noch nie gehört',
  noPicture: 'Noch kein Bild',
  noPictureHint: 'Das erste Ereignis bringt eines.',
  pictureAge: (age: string) => `Bild: ${age}`,
  openLast: (camera: string, age: string) => `Bild: ${age}, von ${camera} öffnen`,
  firmware: 'Firmware',
  address: 'Adresse',
  battery: 'Akku',
  signal: 'Signal',
  unknown: 'unbekannt',
  mode: 'Modus',
  modeOf: (camera: string) => `Modus von ${camera}`,
  more: (camera: string) => `Mehr zu ${camera}`,
  rename: 'Umbenennen…',
  settings: 'Einstellungen…',
  sound: 'Ton abspielen…',
  events: 'Ihre Ereignisse zeigen',
  today: 'Heute',
  eventsToday: (count: number) =>
    count === 0 ? 'heute keine Ereignisse' : plural(count, 'Ereignis heute', 'Ereignisse heute'),
  pause: 'Eine Stunde keine Meldungen',
  endPause: 'Meldungen wieder zulassen',
  pausedUntil: (time: string) => `Keine Meldungen bis ${time}`,
  pauseBegun: (camera: string) =>
    `${camera}: eine Stunde keine Meldungen. Ereignisse werden trotzdem aufgezeichnet.`,
  pauseOver: (camera: string) => `${camera}: Meldungen kommen wieder.`,
  reboot: 'Neu starten…',
  unclaimed: (count: number) =>
    `${plural(count, 'Kamera hat', 'Kameras haben')} nach einer Konfiguration gefragt und sich noch nicht verbunden`,
};

export const modes = {
  armed: 'Scharf',
  livestreamonly: 'Nur Live',
  privacy: 'Privat',
} satisfies Record<Mode, string>;

export const modeHints = {
  armed: 'Erkennt und zeichnet auf',
  livestreamonly: 'Keine Erkennung; Livebild ist erlaubt',
  privacy: 'Sieht und hört nichts',
} satisfies Record<Mode, string>;

export const modeState = {
  unknown: 'Die Kamera hat ihren Modus noch nicht genannt.',
  asked: (mode: string) => `„${mode}“ ist angefragt. Warte auf die Kamera.`,
  stored: (mode: string) => `„${mode}“ wird gesetzt, sobald die Kamera zurück ist.`,
};

export const commands = {
  names: {
    'system/setmode': 'Modus',
    'system/reboot': 'Neustart',
    'settings/update': 'Einstellungen',
    'sound/play': 'Ton',
    'sound/stop': 'Ton beenden',
  } as Readonly<Record<string, string>>,
  other: 'Befehl',
  sending: (name: string) => `${name}: wird gesendet…`,
  pending: (name: string) => `${name}: warte auf die Kamera…`,
  stored: (name: string) => `${name}: aufgehoben, bis die Kamera zurück ist`,
  confirmed: (name: string) => `${name}: von der Kamera bestätigt`,
  refused: (name: string, detail: string | null) =>
    `${name}: von der Kamera abgelehnt${detail === null ? '' : ` (${detail})`}`,
  timeout: (name: string) => `${name}: die Kamera hat nicht geantwortet`,
  failed: (name: string, reason: string) => `${name}: ${reason}`,
  dismiss: 'Verwerfen',
};

export const sounds = {
  HOUSE_ALARM: 'Hausalarm',
  POLICE_SIREN: 'Polizeisirene',
  DOG_BARK: 'Hundebellen',
  LULLABY: 'Schlaflied',
} satisfies Record<SoundType, string>;

export const settings = {
  groups: { picture: 'Bild', detection: 'Erkennung', sound: 'Ton', device: 'An der Kamera' },
  names: {
    resolution: 'Auflösung',
    frameRate: 'Bilder je Sekunde',
    nightVision: 'Nachtsicht',
    wdr: 'Hoher Kontrastumfang (WDR)',
    invertImage: 'Auf dem Kopf',
    motionDetection: 'Bewegung',
    audioDetection: 'Geräusche',
    cameraAudio: 'Ton aufnehmen',
    volume: 'Lautstärke',
    soundAlert: 'Piepen bei Ereignissen',
    ledDot: 'Statuslicht',
    ledRing: 'Lichtring',
  } as Readonly<Record<string, string>>,
  values: {
    R_1080P: '1080p',
    R_720P: '720p',
    R_480P: '480p',
    _30FPS: '30',
    _15FPS: '15',
    _10FPS: '10',
    SMART: 'Klug',
    ALL: 'Alles',
    OFF: 'Aus',
    AUTO: 'Automatisch',
    ON: 'An',
    HIGH: 'Hoch',
    MEDIUM: 'Mittel',
    LOW: 'Niedrig',
  } as Readonly<Record<string, string>>,
};

export const empty = {
  title: 'Noch keine Kamera',
  lead: 'Eine Kamera erscheint hier von selbst, sobald sie diesen Server gefunden hat.',
  real: 'Eine echte Kamera anschließen',
  realSteps: [
    'Tragen Sie diesen Server als Konfigurationsserver der Kamera ein und fügen Sie seine CA dem Zertifikatsbündel der Kamera hinzu. Die Anleitung „bring a camera“ in docs/guide zeigt jeden Schritt.',
    'Verlangt die Kamera einen DNS-Namen, setzen Sie SERVER_NAME in .env und lassen Sie Ihren Router darauf mit der Adresse dieses Servers antworten.',
    'Schalten Sie die Kamera aus und wieder ein. Sie verbindet sich innerhalb einer Minute.',
  ],
  demo: 'Oder mit zwei simulierten ausprobieren',
  demoText: 'Auf dem Server, im Ordner von Apiary:',
  demoCommand: 'make demo',
};
