/** Wörter der Dialoge. */
import { plural } from '../plural.ts';

export const dialogs = {
  close: 'Schließen',
  cancel: 'Abbrechen',
  save: 'Speichern',
  saving: 'Speichert…',
  renameTitle: (camera: string) => `${camera} umbenennen`,
  name: 'Name',
  nameEmpty: 'Geben Sie der Kamera einen Namen.',
  rebootTitle: (camera: string) => `${camera} neu starten?`,
  rebootText: 'Die Kamera ist etwa eine Minute weg und zeichnet so lange nichts auf.',
  rebootConfirm: 'Neu starten',
  soundTitle: (camera: string) => `Ton auf ${camera} abspielen`,
  soundWhich: 'Ton',
  soundLength: 'Wie lange',
  soundOnce: 'Einmal (etwa 20 s)',
  seconds: (count: number) =>
    count < 60 ? plural(count, 'Sekunde', 'Sekunden') : plural(count / 60, 'Minute', 'Minuten'),
  soundPlay: 'Abspielen',
  soundStop: 'Beenden',
  settingsTitle: (camera: string) => `Einstellungen von ${camera}`,
  settingsSend: 'Ändert sich eine, bekommt die Kamera alle.',
  settingsUnchanged: 'Nichts ist geändert.',
};
