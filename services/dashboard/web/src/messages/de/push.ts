/** Wörter über Mitteilungen an diesen Browser. */
export const title = 'Auf diesem Gerät';
export const lead =
  'Dieser Browser kann Ihnen Alarme melden, auch wenn die Seite geschlossen ist. Die Mitteilung ist auf ihrem Weg über die Server seines Herstellers für diesen Browser verschlüsselt; sie braucht das Internet.';
export const turnOn = 'Mir auf diesem Gerät melden';
export const on = 'Diesem Gerät werden Alarme gemeldet.';
export const off = 'Diesem Gerät werden keine Alarme gemeldet.';
export const turnedOn = 'Diesem Gerät werden ab jetzt Alarme gemeldet.';
export const turnedOff = 'Diesem Gerät wird nichts mehr gemeldet.';
export const test = 'Probe senden';
export const tested = 'Eine Probe ist unterwegs zu Ihren Geräten.';
export const lastError = (error: string) => `Die letzte Mitteilung misslang: ${error}`;
export const others = 'Ihre anderen Geräte';
export const unknownDevice = 'Ein Browser';
export const remove = (device: string) => `${device} nichts mehr melden`;
export const denied =
  'Der Browser darf keine Mitteilungen dieser Seite zeigen. Erlauben Sie es in den Einstellungen dieser Seite (das Schloss neben der Adresse).';
export const unsupported = 'Dieser Browser kann keine Mitteilungen einer Seite zeigen.';
export const iosFirst =
  'Auf iPhone und iPad legen Sie diese Seite zuerst auf den Home-Bildschirm (Teilen › Zum Home-Bildschirm) und öffnen sie dort.';
export const untrusted =
  'Der Browser vertraut diesem Server noch nicht und zeigt deshalb keine Mitteilungen von ihm.';
export const trust = 'Diesem Server vertrauen';
export const failed =
  'Der Browser ließ sich bei seinem Mitteilungsdienst nicht anmelden. Dazu braucht er das Internet.';
