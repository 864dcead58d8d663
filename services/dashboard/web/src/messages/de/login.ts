/** Wörter der Anmeldung, der Passwortänderung und der ersten Schritte. */
export const login = {
  title: 'Anmelden',
  lead: 'Ihre Kameras, zu Hause.',
  username: 'Benutzername',
  password: 'Passwort',
  show: 'Passwort zeigen',
  hide: 'Passwort verbergen',
  submit: 'Anmelden',
  busy: 'Meldet an…',
  or: 'oder',
  firstRun:
    'Willkommen. Der erste Start hat das Passwort des Kontos „admin“ ausgegeben; auf dem Server steht es in secrets/dashboard/admin-password.',
  hint: 'Vergessen? Ein Admin dieses Hauses kann Ihnen ein neues Passwort geben.',
  trust: 'Warnt der Browser vor dieser Seite? Diesem Server vertrauen',
  problems: {
    oidc_unavailable:
      'Der Anmeldedienst ist nicht erreichbar. Melden Sie sich mit einem Passwort dieses Servers an.',
    oidc_failed: 'Die Anmeldung beim Anmeldedienst hat nicht geklappt. Bitte versuchen Sie es erneut.',
    oidc_cancelled: 'Die Anmeldung beim Anmeldedienst wurde abgebrochen.',
    oidc_no_role: 'Der Anmeldedienst kennt dieses Konto, aber es gehört nicht zu diesem Haus.',
    oidc_disabled: 'Dieses Konto ist hier gesperrt.',
  } as Readonly<Record<string, string>>,
  problem: 'Die Anmeldung hat nicht geklappt. Bitte versuchen Sie es erneut.',
};

export const password = {
  title: 'Passwort ändern',
  requiredTitle: 'Wählen Sie Ihr eigenes Passwort',
  requiredLead: 'Das bisherige kennt noch jemand anders. Vorher zeigt die Seite nichts weiter.',
  current: 'Bisheriges Passwort',
  new: 'Neues Passwort',
  newHint:
    'Mindestens 12 Zeichen. Ein Satz, den nur Sie sagen würden, ist gut; ein Wort mit einer Zahl nicht.',
  tooShort: (least: number) => `Bitte mindestens ${least} Zeichen.`,
  submit: 'Passwort ändern',
  done: 'Passwort geändert. Alle Ihre anderen Anmeldungen sind beendet.',
};

export const firstSteps = {
  title: 'Willkommen in Ihrem Haus',
  lead: 'Einen Moment noch, dann gehört es Ihnen.',
  password: 'Ein eigenes Passwort wählen',
  passwordHint: 'Das bisherige hat der erste Start gemacht; es steht dort in einer Datei.',
  camera: 'Die erste Kamera hinzufügen',
  cameraHint: 'Schritt für Schritt, vom Karton bis zum ersten Bild.',
  done: 'erledigt',
  later: 'Später',
};
