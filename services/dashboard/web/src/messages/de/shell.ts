/** Wörter rund um jede Seite: Navigation, Verbindung, Konto, Tastatur, Fehler. */
export const nav = {
  label: 'Hauptmenü',
  more: 'Mehr',
  skip: 'Zum Inhalt springen',
  screens: {
    home: 'Übersicht',
    review: 'Durchsicht',
    event: 'Ereignis',
    camera: 'Kamera',
    live: 'Live',
    add: 'Kamera hinzufügen',
    house: 'Haus',
    notifications: 'Mitteilungen',
    system: 'System',
    people: 'Personen',
    account: 'Konto',
    share: 'Geteiltes Ereignis',
    trust: 'Diesem Server vertrauen',
  },
};

export const account = {
  menu: (name: string) => `Konto von ${name}`,
  settings: 'Konto',
  trust: 'Diesem Server vertrauen',
  keyboard: 'Tastenkürzel',
  logOut: 'Abmelden',
};

export const connection = {
  live: 'Live',
  connecting: 'Verbinde…',
  reconnecting: 'Verbinde neu…',
  offline: 'Offline',
  liveHint: 'Änderungen erscheinen hier von selbst.',
  staleSince: (age: string) => `Was Sie sehen, ist von ${age}. Es aktualisiert sich von selbst.`,
  retry: 'Jetzt versuchen',
};

export const shortcuts = {
  title: 'Tastenkürzel',
  everywhere: 'Überall',
  goTo: (screen: string) => `Zu „${screen}“`,
  sheet: 'Diese Liste zeigen',
  then: 'dann',
  on: (screen: string) => `Auf „${screen}“`,
};

export const screen = {
  notFound: 'Diese Seite gibt es nicht',
  notFoundHint: 'Die Adresse ist vielleicht veraltet oder vertippt.',
  notAllowed: 'Diese Seite ist nicht für Sie freigegeben',
  notAllowedHint: 'Ihr Konto hat dafür kein Recht. Fragen Sie, wem das Haus gehört.',
  home: 'Zur Übersicht',
  failed: 'Auf dieser Seite ist etwas schiefgegangen',
  failedHint: 'Alles andere läuft weiter. Die Kameras nehmen weiter auf.',
  failedLoad: 'Diese Seite ließ sich nicht laden. Vielleicht wurde der Server aktualisiert.',
  retry: 'Erneut versuchen',
  updated: 'Apiary wurde aktualisiert.',
  reload: 'Neu laden',
};

export const kit = {
  close: 'Schließen',
  cancel: 'Abbrechen',
  save: 'Speichern',
  saving: 'Speichert…',
  saved: 'Gespeichert',
  remove: 'Entfernen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  clear: (what: string) => `${what} entfernen`,
  retry: 'Erneut versuchen',
  retrying: 'Versuche erneut…',
  failed: 'Das ließ sich nicht laden',
  notifications: 'Meldungen',
  optional: 'freiwillig',
  required: 'Das wird gebraucht.',
  progress: (percent: number) => `${percent} %`,
  noData: 'Keine Werte in dieser Zeit',
  justNow: 'gerade eben',
};

export const errors = {
  network: 'Der Server ist nicht erreichbar.',
  unexpected: 'Etwas ist schiefgegangen.',
  timeout: 'Der Server hat nicht geantwortet.',
  codes: {
    unauthorized: 'Bitte melden Sie sich an.',
    wrong_credentials: 'Name oder Passwort stimmt nicht.',
    wrong_password: 'Das bisherige Passwort stimmt nicht.',
    weak_password: 'Dieses Passwort ist zu kurz oder zu leicht zu erraten.',
    forbidden: 'Dazu hat Ihr Konto kein Recht.',
    not_found: 'Das gibt es nicht (mehr).',
    too_many_requests: 'Zu viele Versuche. Bitte warten Sie einen Moment.',
    camera_disconnected: 'Die Kamera ist nicht verbunden.',
    broker_unavailable: 'Der Nachrichtendienst ist nicht erreichbar; nichts wurde gesendet.',
    busy: 'Der Server ist gerade ausgelastet. Bitte gleich noch einmal versuchen.',
    internal: 'Auf dem Server ist etwas schiefgegangen; sein Protokoll weiß mehr.',
  } as Readonly<Record<string, string>>,
};
