/** Passwords everybody knows, refused whatever their length. */
import { SettingsError } from '@apiary/base/settings';

const knownWords = new Set([
  'admin',
  'administrator',
  'password',
  'passwort',
  'passw',
  'changeme',
  'changethis',
  'changemenow',
  'letmein',
  'welcome',
  'default',
  'secret',
  'supersecret',
  'public',
  'root',
  'test',
  'qwerty',
  'qwertyuiop',
  'qwertyuiopas',
  'abcdefghijkl',
  'apiary',
  'hive',
  'hivecamera',
  'hivecam',
  'camera',
]);

/** @throws SettingsError for key ADMIN_PASSWORD; the password itself is not shown */
export function refuseKnownPassword(password: string | undefined, userName: string): void {
  if (password === undefined || !isKnown(password.toLowerCase(), userName)) return;
  throw new SettingsError([
    'ADMIN_PASSWORD: is a password everybody tries first; choose another, or leave it empty to have one generated',
  ]);
}

/** `Admin-admin-2024!` is `admin` twice: digits and punctuation do not make a known word unknown. */
function isKnown(password: string, userName: string): boolean {
  const plain = password.replaceAll('@', 'a').replaceAll('$', 's').replaceAll('0', 'o');
  return [password, plain].some((text) => {
    const letters = text.replace(/[^a-z]/g, '');
    return new Set(text).size < 4 || letters === '' || isMadeOf(letters, userName);
  });
}

/** The letters are known words and the user's name, one after another, and nothing else. */
function isMadeOf(letters: string, userName: string): boolean {
  const words = [...knownWords, userName.toLowerCase().replace(/[^a-z]/g, '')].filter((word) => word !== '');
  const reachable = new Array<boolean>(letters.length + 1).fill(false);
  reachable[0] = true;
  for (let end = 1; end <= letters.length; end++)
    reachable[end] = words.some(
      (word) => end >= word.length && reachable[end - word.length] === true && letters.endsWith(word, end),
    );
  return reachable[letters.length] === true;
}
