/** Konten, Rollen, Anmeldungen, API-Schlüssel: die Seiten Konto und Personen. */
export const roles = {
  viewer: 'Zuschauer',
  operator: 'Bediener',
  admin: 'Verwalter',
};
export const roleHints = {
  viewer: 'Sieht Kameras, Ereignisse und Livebilder. Ändert nur, was ihm selbst gehört.',
  operator: 'Schaltet auch scharf, ändert Einstellungen der Kameras, behält, löscht und teilt Ereignisse.',
  admin: 'Alles, auch Personen und System.',
};

export const account = {
  lead: (username: string, role: string) => `${username} · ${role}`,
  language: 'Sprache',
  languageHint: 'Nur in diesem Browser. Die Seite beginnt neu.',
  languageOfBrowser: 'Wie der Browser es wünscht',
  password: 'Passwort',
  passwordLead: 'Mindestens zwölf Zeichen. Eine Änderung meldet Sie überall sonst ab.',
  passwordSuggested: 'Noch das erzeugte',
  passwordProvider: 'Sie melden sich über Ihren Identitätsanbieter an; hier gibt es kein Passwort.',
  changePassword: 'Passwort ändern…',

  sessions: 'Wo Sie angemeldet sind',
  sessionsLead: 'Beenden Sie, was Sie nicht kennen. Was dort offen ist, schließt sofort.',
  device: 'Gerät',
  address: 'Adresse',
  seen: 'Zuletzt gesehen',
  thisOne: 'Dieses hier',
  endSession: 'Abmelden',
  endSessionOf: (device: string) => `${device} abmelden`,
  endOthers: 'Überall sonst abmelden',
  endedOthers: (count: number) =>
    count === 1 ? 'Eine andere Anmeldung beendet.' : `${count} andere Anmeldungen beendet.`,
  sessionEnded: 'Diese Anmeldung ist beendet.',

  tokens: 'API-Schlüssel',
  tokensLead: 'Für Skripte, gesendet als „Authorization: Bearer …“. Ein Schlüssel darf nie mehr als Sie.',
  noTokens: 'Keine Schlüssel',
  noTokensHint: 'Legen Sie einen für ein Skript oder für Home Assistant an.',
  newToken: 'Neuer Schlüssel…',
  tokenName: 'Name',
  tokenNameHint: 'Wo er benutzt wird, etwa „Home Assistant“.',
  scopes: 'Was er darf',
  scopeNames: { read: 'Ansehen', control: 'Bedienen', manage: 'Verwalten', admin: 'Administrieren' },
  scopeHints: {
    read: 'Kameras, Ereignisse, Bilder, Aufnahmen.',
    control: 'Scharf schalten, Befehle, als gesehen markieren.',
    manage: 'Einstellungen, behalten, löschen, teilen.',
    admin: 'Alles, was ein Schlüssel kann; nie Konten oder Schlüssel.',
  },
  scopeNeeded: 'Wählen Sie mindestens eines.',
  expires: 'Endet',
  expiresIn: (days: number) => (days === 365 ? 'in einem Jahr' : `in ${days} Tagen`),
  never: 'nie',
  lastUsed: 'Zuletzt benutzt',
  notUsed: 'nie',
  makeToken: 'Schlüssel anlegen',
  tokenMade: 'Ihr neuer Schlüssel',
  tokenMadeHint: 'Kopieren Sie ihn jetzt: Er wird nur dieses eine Mal gezeigt.',
  revoke: 'Widerrufen',
  revokeTitle: (name: string) => `„${name}“ widerrufen?`,
  revokeText: 'Was ihn benutzt, geht sofort nicht mehr.',
  revoked: 'Der Schlüssel ist widerrufen.',
};

export const secret = {
  done: 'Fertig',
};

export const people = {
  lead: 'Wer was sehen und tun darf. Änderungen erreichen offene Seiten innerhalb einer Sekunde.',
  add: 'Person hinzufügen…',
  addTitle: 'Person hinzufügen',
  username: 'Benutzername',
  usernameHint: 'Kleinbuchstaben, Ziffern und . _ @ -',
  usernameRule: 'Bis zu 64 aus a–z 0–9 . _ @ -, zuerst ein Buchstabe oder eine Ziffer.',
  role: 'Rolle',
  cameras: 'Kameras',
  allCameras: 'Alle Kameras',
  allCamerasHint: 'Auch die, die noch kommen.',
  someCameras: 'Nur diese',
  noCameraChosen: 'Wählen Sie mindestens eine Kamera.',
  adminSeesAll: 'Ein Verwalter sieht jede Kamera.',
  create: 'Hinzufügen',
  createdTitle: (username: string) => `Passwort für ${username}`,
  createdHint:
    'Geben Sie es jetzt weiter: Es wird nur dieses eine Mal gezeigt und ist bei der ersten Anmeldung zu ändern.',
  account: 'Konto',
  you: 'Sie',
  disabled: 'Gesperrt',
  provider: 'Identitätsanbieter',
  mustChange: 'Passwort noch nicht geändert',
  sees: (count: number) => (count === 1 ? '1 Kamera' : `${count} Kameras`),
  lastSeen: 'Zuletzt gesehen',
  notSeen: 'nicht angemeldet',
  access: 'Anmeldungen',
  accessOf: (sessions: number, tokens: number) =>
    `${sessions} ${sessions === 1 ? 'Anmeldung' : 'Anmeldungen'}, ${tokens} Schlüssel`,
  more: (username: string) => `Mehr zu ${username}`,
  edit: 'Rolle und Kameras…',
  editTitle: (username: string) => `Rolle und Kameras von ${username}`,
  roleFromProvider: 'Der Identitätsanbieter bestimmt die Rolle bei jeder Anmeldung.',
  resetPassword: 'Neues Passwort…',
  resetTitle: (username: string) => `${username} ein neues Passwort geben?`,
  resetText: 'Das alte gilt nicht mehr, alle Anmeldungen und Schlüssel des Kontos enden.',
  resetAction: 'Neues Passwort erzeugen',
  endAccess: 'Alle Anmeldungen beenden…',
  endAccessTitle: (username: string) => `Alle Anmeldungen von ${username} beenden?`,
  endAccessText: 'Alle Browser werden abgemeldet und alle API-Schlüssel widerrufen. Das Konto bleibt.',
  endAccessAction: 'Anmeldungen beenden',
  accessEnded: (count: number) =>
    count === 1
      ? 'Eine Anmeldung oder ein Schlüssel beendet.'
      : `${count} Anmeldungen und Schlüssel beendet.`,
  disable: 'Sperren…',
  disableTitle: (username: string) => `${username} sperren?`,
  disableText:
    'Niemand kann sich damit anmelden; jede Anmeldung, jeder Schlüssel und geteilte Link endet sofort.',
  disableAction: 'Sperren',
  enable: 'Freigeben',
  remove: 'Löschen…',
  removeTitle: (username: string) => `${username} löschen?`,
  removeText:
    'Anmeldungen, Schlüssel, geteilte Links und Sichtungen gehen mit. Das Protokoll behält den Namen.',
  removeAction: 'Konto löschen',
  changed: (username: string) => `${username} ist geändert.`,
  removed: (username: string) => `${username} ist gelöscht.`,
};
