/** Words of the screen that makes a device trust this server. */
export const title = 'Trust this server';
export const lead =
  'This server made its own certificate authority, so that no company outside has a say. Tell your device about it once: warnings end, and the app, messages and talking through cameras work.';
export const device = 'Your device';
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
    'Open this page in Safari and press the button above. Allow the download.',
    'Open Settings. “Profile Downloaded” stands near the top: press it, then Install. iOS says that the profile is not signed; that is so.',
    'Settings › General › About › Certificate Trust Settings: switch this authority on.',
    'Close Safari and open this page again.',
  ],
  android: [
    'Press the button above. The file apiary-ca.crt is downloaded.',
    'Open Settings › Security & privacy › More security settings › Encryption & credentials › Install a certificate › CA certificate. On some phones it is quickest to search the settings for “CA certificate”.',
    'Read the warning, choose “Install anyway”, and the file.',
    'Close Chrome and open this page again.',
  ],
  windows: [
    'Press the button above, then open apiary-ca.crt.',
    'Install Certificate… › Current User › “Place all certificates in the following store” › Trusted Root Certification Authorities.',
    'Compare the fingerprint that Windows shows with the one below, and say yes.',
    'Close all windows of the browser and open this page again.',
  ],
  mac: [
    'Press the button above. Open System Settings and search for “Profiles”; open the profile and install it.',
    'Chrome and Safari trust it from then on. Close them and open this page again.',
  ],
  linux: [
    'Press the button above. Chrome and Chromium: Settings › Privacy and security › Security › Manage certificates › Authorities › Import, for websites.',
    'For the whole system (Debian, Ubuntu): copy the file to /usr/local/share/ca-certificates/ and run “sudo update-ca-certificates”. Fedora: to /etc/pki/ca-trust/source/anchors/ and “sudo update-ca-trust”.',
    'Close the browser and open this page again.',
  ],
  firefox: [
    'Press the button above, with Firefox. It asks at once: tick “Trust this CA to identify websites”.',
    'If it saved the file instead: Settings › Privacy & Security › View Certificates › Authorities › Import.',
    'Open this page again.',
  ],
} satisfies Record<keyof typeof devices, readonly string[]>;
export const download = 'Download the certificate';
export const downloadProfile = 'Download the profile';
export const checkTitle = 'Compare before you install';
export const check =
  'Your device shows this name and fingerprint. Compare them with those on a device that trusts this server already, or with “openssl x509 -in certificates/ca.crt -noout -fingerprint -sha256” on the server.';
export const name = 'Name';
export const fingerprint = 'SHA-256 fingerprint';
export const validTo = 'Valid until';
export const back = 'Log in';
