/** Wörter der Seite, durch die ein Gerät diesem Server vertraut. */
import type { devices as englishDevices } from '../en/trust.ts';

export const title = 'Diesem Server vertrauen';
export const lead =
  'Dieser Server hat seine eigene Zertifizierungsstelle, damit keine Firma von außen mitredet. Machen Sie sie Ihrem Gerät einmal bekannt: Dann enden die Warnungen, und App, Mitteilungen und Sprechen über Kameras gehen.';
export const device = 'Ihr Gerät';
export const devices = {
  apple: 'iPhone, iPad',
  android: 'Android',
  windows: 'Windows',
  mac: 'Mac',
  linux: 'Linux',
  firefox: 'Firefox',
};
export const steps = {
  apple: [
    'Öffnen Sie diese Seite in Safari und drücken Sie den Knopf oben. Erlauben Sie das Laden.',
    'Öffnen Sie die Einstellungen. Oben steht „Profil geladen“: drücken, dann Installieren. iOS sagt, das Profil sei nicht signiert; das stimmt.',
    'Einstellungen › Allgemein › Info › Zertifikatsvertrauenseinstellungen: Schalten Sie diese Stelle ein.',
    'Schließen Sie Safari und öffnen Sie diese Seite neu.',
  ],
  android: [
    'Drücken Sie den Knopf oben. Die Datei apiary-ca.crt wird geladen.',
    'Öffnen Sie Einstellungen › Sicherheit & Datenschutz › Weitere Sicherheitseinstellungen › Verschlüsselung & Anmeldedaten › Zertifikat installieren › CA-Zertifikat. Auf manchen Telefonen geht es am schnellsten, in den Einstellungen nach „CA-Zertifikat“ zu suchen.',
    'Lesen Sie die Warnung, wählen Sie „Trotzdem installieren“ und die Datei.',
    'Schließen Sie Chrome und öffnen Sie diese Seite neu.',
  ],
  windows: [
    'Drücken Sie den Knopf oben und öffnen Sie apiary-ca.crt.',
    'Zertifikat installieren… › Aktueller Benutzer › „Alle Zertifikate in folgendem Speicher speichern“ › Vertrauenswürdige Stammzertifizierungsstellen.',
    'Vergleichen Sie den Fingerabdruck, den Windows zeigt, mit dem unten, und sagen Sie Ja.',
    'Schließen Sie alle Fenster des Browsers und öffnen Sie diese Seite neu.',
  ],
  mac: [
    'Drücken Sie den Knopf oben. Öffnen Sie die Systemeinstellungen und suchen Sie „Profile“; öffnen Sie das Profil und installieren Sie es.',
    'Chrome und Safari vertrauen ihm von da an. Schließen Sie sie und öffnen Sie diese Seite neu.',
  ],
  linux: [
    'Drücken Sie den Knopf oben. Chrome und Chromium: Einstellungen › Datenschutz und Sicherheit › Sicherheit › Zertifikate verwalten › Zertifizierungsstellen › Importieren, für Websites.',
    'Für das ganze System (Debian, Ubuntu): Kopieren Sie die Datei nach /usr/local/share/ca-certificates/ und rufen Sie „sudo update-ca-certificates“ auf. Fedora: nach /etc/pki/ca-trust/source/anchors/ und „sudo update-ca-trust“.',
    'Schließen Sie den Browser und öffnen Sie diese Seite neu.',
  ],
  firefox: [
    'Drücken Sie den Knopf oben, in Firefox. Es fragt sofort: Haken bei „Dieser CA vertrauen, um Websites zu identifizieren“.',
    'Hat es stattdessen die Datei gespeichert: Einstellungen › Datenschutz & Sicherheit › Zertifikate anzeigen › Zertifizierungsstellen › Importieren.',
    'Öffnen Sie diese Seite neu.',
  ],
} satisfies Record<keyof typeof englishDevices, readonly string[]>;
export const download = 'Zertifikat laden';
export const downloadProfile = 'Profil laden';
export const checkTitle = 'Vor dem Installieren vergleichen';
export const check =
  'Ihr Gerät zeigt diesen Namen und Fingerabdruck. Vergleichen Sie sie mit denen auf einem Gerät, das diesem Server schon vertraut, oder mit „openssl x509 -in certificates/ca.crt -noout -fingerprint -sha256“ auf dem Server.';
export const name = 'Name';
export const fingerprint = 'SHA-256-Fingerabdruck';
export const validTo = 'Gültig bis';
export const back = 'Anmelden';
