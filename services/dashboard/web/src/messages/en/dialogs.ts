/** Words of dialogs. */
import { plural } from '../plural.ts';

export const dialogs = {
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  saving: 'Saving…',
  renameTitle: (camera: string) => `Rename ${camera}`,
  name: 'Name',
  nameEmpty: 'Give the camera a name.',
  rebootTitle: (camera: string) => `Reboot ${camera}?`,
  rebootText: 'The camera is away for about a minute and records nothing meanwhile.',
  rebootConfirm: 'Reboot',
  soundTitle: (camera: string) => `Play a sound on ${camera}`,
  soundWhich: 'Sound',
  soundLength: 'For how long',
  soundOnce: 'Once (about 20 s)',
  seconds: (count: number) =>
    count < 60 ? plural(count, 'second', 'seconds') : plural(count / 60, 'minute', 'minutes'),
  soundPlay: 'Play',
  soundStop: 'Stop',
  settingsTitle: (camera: string) => `Settings of ${camera}`,
  settingsSend: 'The camera gets the whole set whenever one of them changes.',
  settingsUnchanged: 'Nothing has changed.',
};
