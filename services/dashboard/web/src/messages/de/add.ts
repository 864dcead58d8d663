/** Wörter zum Hinzufügen einer Kamera: von der Fabrik bis zum ersten Kontakt. */
import type { CameraMove } from '../../types.ts';
import { plural } from '../plural.ts';

export const add = {
  lead: 'Von einer Kamera ab Werk zu ihrem ersten Bild. Den ersten Teil macht man einmal je Kamera, am Schreibtisch.',
  expect: (what: string) => `Sie sehen: ${what}`,
};

export const prepare = {
  title: 'Die Kamera vorbereiten',
  lead: 'Am Schreibtisch, mit einem USB-Kabel. Nicht nötig, wenn die Kamera schon per FTP als root antwortet.',
  show: 'Schritte zeigen',
  hide: 'Schritte ausblenden',
  steps: [
    {
      title: 'Offene Firmware aufspielen',
      text: 'Mit dem Windows-Programm AmbaUSB, Platine S2E.DDR3.EMMC. Halten Sie den Reset-Stift, während Sie das USB-Kabel einstecken. Die Firmware ab Werk bietet weder root noch FTP.',
      commands: [],
      expect: '„S2E(A9S) is Ready“, dann Fortschritt bis 100 %.',
    },
    {
      title: 'Serielle Konsole öffnen',
      text: 'Über dasselbe USB-Kabel, 115200 Baud.',
      commands: ['root'],
      expect: 'eine Anmeldung; das Passwort ist leer.',
    },
    {
      title: 'Ein Passwort setzen',
      text: 'Sie brauchen es unten wieder, für FTP.',
      commands: ['passwd root'],
      expect: 'die Frage nach dem neuen Passwort, zweimal.',
    },
    {
      title: 'Mit dem WLAN verbinden',
      text: 'Mit dem Netz, in dem dieser Server zu erreichen ist.',
      commands: ['nmcli dev wifi connect <ssid> password <password>'],
      expect: '„successfully activated“.',
    },
    {
      title: 'In den Verkaufsmodus schalten',
      text: 'Damit sie sich verhält wie eine verkaufte.',
      commands: ['shipment'],
      expect: 'keinen Fehler.',
    },
    {
      title: 'Ihre Kennung lesen',
      text: 'Der Name des Zertifikats ist die Kennung der Kamera; notieren Sie auch ihre Adresse.',
      commands: ['ls /cali/certs/*.crt', 'ifconfig', 'reboot'],
      expect: 'eine Datei aus 32 hexadezimalen Zeichen und eine Adresse wie 192.168.1.20.',
    },
  ],
};

export const hand = {
  title: 'Auf diesen Server zeigen lassen',
  lead: 'Ihr Konfigurationsserver wird dieser Server, und dessen CA kommt zu denen, welchen sie traut. Sonst ändert sich nichts.',
  way: 'Wie',
  ftp: 'Über das Netz (FTP)',
  package: 'Mit einem Paket zum Mitnehmen',
};

export const ftp = {
  lead: 'Dieser Server holt Datenbank und CA-Bündel der Kamera, behält dort eine Kopie der Datenbank (master_ctrl.db.backup) und legt die geänderten Dateien zurück. Die Datenbank kommt zuletzt: Wird eine Kamera nicht fertig, bleibt sie, wie sie war.',
  address: 'Adresse der Kamera',
  addressHint: 'In Ihrem eigenen Netz, etwa 192.168.1.20.',
  addressWrong: 'Geben Sie eine Adresse wie 192.168.1.20 ein.',
  username: 'Benutzer',
  password: 'Passwort',
  passwordHint: 'Einmal gebraucht, nirgends aufgehoben.',
  start: 'Kamera umstellen',
  moves: 'Zuletzt umgestellt',
  steps: {
    connect: 'Verbinden',
    identify: 'Kennung lesen',
    fetch: 'Ihre Dateien holen',
    backup: 'Kopie der Datenbank behalten',
    put: 'Zertifikate und CA-Bündel ablegen',
    database: 'Geänderte Datenbank ablegen',
  } satisfies Record<CameraMove['step'], string>,
  done: 'Fertig. Starten Sie die Kamera jetzt neu.',
  failedAt: (step: string) => `Gescheitert bei „${step}“`,
  of: (address: string) => `Kamera unter ${address}`,
  follow: 'Verfolgen',
};

export const pack = {
  lead: 'Holen Sie diese Dateien per FTP als root von der Kamera und behalten Sie Kopien. Sie kommen geändert in einem ZIP zurück, mit Prüfsummen und einem Zettel, was wohin gehört.',
  database: 'Datenbank (/cali/master_ctrl.db)',
  bundle: 'CA-Bündel (/etc/ssl/certs/ca-bundle.trust.crt)',
  factoryCa: 'CA ab Werk (/cali/certs/mqttCA.crt)',
  factoryHint: 'Nur wenn zur Hand.',
  needed: 'Wählen Sie diese Datei.',
  secret: 'Das ZIP enthält den privaten Schlüssel der Kameras: Behalten Sie es für sich.',
  make: 'Paket erstellen',
  made: 'Das Paket ist in Ihren Downloads. Vergleichen Sie nach dem Kopieren mit checksums.txt (md5sum --check).',
  checksum: 'SHA-256 des ZIP',
  map: 'Per FTP zurücklegen',
  file: 'Datei',
  place: 'Ort auf der Kamera',
};

export const follow = {
  title: 'Neu starten und ankommen sehen',
  lead: 'Schalten Sie sie aus und ein, oder tippen Sie reboot. Der erste Kontakt kommt nach ein bis zwei Minuten.',
  id: 'Kennung der Kamera',
  idHint: '32 hexadezimale Zeichen, wie oben gelesen. Oder wählen Sie sie in der Liste unten.',
  idWrong: 'Eine Kennung hat 32 Zeichen aus 0–9 und A–F.',
  watch: 'Auf sie warten',
  other: 'Eine andere Kamera',
  steps: {
    configFetched: 'Konfiguration geholt',
    certificatesFetched: 'Zertifikate geholt',
    connected: 'Verbunden',
  },
  expect: {
    configFetched:
      'Sie hat diesen Server gefunden und traut ihm. Nach Minuten nichts: Adresse oder CA-Bündel stimmt nicht.',
    certificatesFetched: 'Sie darf jetzt mit dem Broker sprechen.',
    connected: 'Ab jetzt steht sie auf der ersten Seite.',
  },
  waiting: 'wird erwartet',
  done: 'erledigt',
  asked: 'Zuletzt gefragt',
  from: (address: string) => `von ${address}`,
  needsApproval: 'Sie fragt nach Zertifikaten und wartet auf Sie.',
  blocked: 'Diese Kennung ist gesperrt: Sie bekommt keine Zertifikate.',
  approve: 'Zulassen',
  name: 'Name',
  nameHint: 'Bekommt sie, sobald sie da ist, solange diese Seite offen ist.',
  nameSave: 'So nennen',
  named: (name: string) => `Sie heißt jetzt ${name}.`,
  arrived: 'Ihre Kamera ist da.',
  open: 'Zur Kamera',
};

export const unclaimed = {
  title: 'Kameras, die gefragt haben',
  lead: 'Kennungen, die diesen Server nach ihrer Konfiguration gefragt und sich noch nicht verbunden haben.',
  none: 'Zurzeit keine',
  noneHint: 'Eine Kamera, die auf diesen Server zeigt, erscheint hier von selbst.',
  id: 'Kennung',
  address: 'Adresse',
  asked: 'Gefragt',
  first: 'Zuerst',
  last: 'Zuletzt',
  state: 'Zustand',
  requests: (config: number, certificates: number) =>
    `${plural(config, 'Konfiguration', 'Konfigurationen')}, ${certificates}-mal Zertifikate`,
  approved: 'Zugelassen',
  blocked: 'Gesperrt',
  undecided: 'Offen',
  actions: 'Was tun',
  follow: 'Benennen und verfolgen',
  approve: 'Zulassen',
  block: 'Sperren…',
  blockTitle: 'Diese Kennung sperren?',
  blockText: (id: string) => `${id} bekommt keine Zertifikate, bis Sie sie zulassen.`,
  blockAction: 'Sperren',
  approvedDone: 'Zugelassen: Sie bekommt ihre Zertifikate, wenn sie wieder fragt.',
  blockedDone: 'Gesperrt.',
};
