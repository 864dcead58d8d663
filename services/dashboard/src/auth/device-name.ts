/** Name of a browser and its system from its User-Agent: a hint for people, believed by nobody else. */
import Bowser from 'bowser';

export function deviceName(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'Unknown';
  const { browser, os } = Bowser.parse(userAgent);
  const names = [browser.name, os.name].filter((name): name is string => name !== undefined && name !== '');
  // A script says what it is in its first word.
  return names.length === 0 ? (userAgent.split(/[\s/]/)[0]?.slice(0, 40) ?? 'Unknown') : names.join(', ');
}
