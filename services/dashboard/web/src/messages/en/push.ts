/** Words about messages to this browser. */
export const title = 'On this device';
export const lead =
  'This browser can tell you of alerts even when the page is closed. The message is encrypted for this browser on its way through its maker’s servers; it needs the internet.';
export const turnOn = 'Tell me on this device';
export const on = 'This device is told of alerts.';
export const off = 'This device is not told of alerts.';
export const turnedOn = 'This device is told of alerts from now on.';
export const turnedOff = 'This device is not told any more.';
export const test = 'Send a test';
export const tested = 'A test is on its way to your devices.';
export const lastError = (error: string) => `The last message failed: ${error}`;
export const others = 'Your other devices';
export const unknownDevice = 'A browser';
export const remove = (device: string) => `Do not tell ${device} any more`;
export const denied =
  'The browser may not show messages of this page. Allow it in the settings of this page (the lock beside the address).';
export const unsupported = 'This browser cannot show messages of a page.';
export const iosFirst =
  'On iPhone and iPad, add this page to the home screen first (Share › Add to Home Screen) and open it there.';
export const untrusted = 'The browser does not trust this server yet, and so shows no messages of it.';
export const trust = 'Trust this server';
export const failed =
  'The browser could not be registered with its push service. It needs the internet for that.';
