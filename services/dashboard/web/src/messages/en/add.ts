/** Words of adding a camera: from a factory camera to its first contact. */
import type { CameraMove } from '../../types.ts';
import { plural } from '../plural.ts';

export const add = {
  lead: 'From a factory camera to its first picture. The first part is done once a camera, at a desk.',
  expect: (what: string) => `What you see: ${what}`,
};

interface Step {
  readonly title: string;
  readonly text: string;
  readonly commands: readonly string[];
  readonly expect: string;
}

export const prepare = {
  title: 'Prepare the camera',
  lead: 'At a desk, with a USB cable. Skip this if the camera already answers FTP as root.',
  show: 'Show the steps',
  hide: 'Hide the steps',
  steps: [
    {
      title: 'Flash unlocked firmware',
      text: 'With the Windows tool AmbaUSB, board S2E.DDR3.EMMC. Hold the reset pin while plugging in the USB cable. Stock firmware gives no root login and no FTP.',
      commands: [],
      expect: '“S2E(A9S) is Ready”, then progress to 100 %.',
    },
    {
      title: 'Open the serial console',
      text: 'Over the same USB cable, 115200 baud.',
      commands: ['root'],
      expect: 'a login prompt; the password is empty.',
    },
    {
      title: 'Set a password',
      text: 'You need it again below, for FTP.',
      commands: ['passwd root'],
      expect: 'the new password asked for twice.',
    },
    {
      title: 'Join the Wi-Fi',
      text: 'The network in which this server can be reached.',
      commands: ['nmcli dev wifi connect <ssid> password <password>'],
      expect: '“successfully activated”.',
    },
    {
      title: 'Switch to production mode',
      text: 'So that it behaves as it does when sold.',
      commands: ['shipment'],
      expect: 'no error.',
    },
    {
      title: 'Read its identity',
      text: 'The name of the certificate is the camera’s id; note its address as well.',
      commands: ['ls /cali/certs/*.crt', 'ifconfig', 'reboot'],
      expect: 'a file of 32 hexadecimal characters, and an address such as 192.168.1.20.',
    },
  ] satisfies readonly Step[],
};

export const hand = {
  title: 'Point it at this server',
  lead: 'Its configuration host becomes this server, and this server’s CA is added to those it trusts. Nothing else changes.',
  way: 'How',
  ftp: 'Over the network (FTP)',
  package: 'With a package to carry',
};

export const ftp = {
  lead: 'This server fetches the camera’s own database and CA bundle, keeps a copy of the database on the camera (master_ctrl.db.backup), and puts the changed files back. The database goes last, so a camera that cannot be finished stays as it was.',
  address: 'Address of the camera',
  addressHint: 'In your own network, such as 192.168.1.20.',
  addressWrong: 'Enter an address such as 192.168.1.20.',
  username: 'User',
  password: 'Password',
  passwordHint: 'Used once, kept nowhere.',
  start: 'Move the camera over',
  moves: 'Moved lately',
  steps: {
    connect: 'Connect',
    identify: 'Read its id',
    fetch: 'Fetch its files',
    backup: 'Keep a copy of its database',
    put: 'Put certificates and CA bundle',
    database: 'Put the changed database',
  } satisfies Record<CameraMove['step'], string>,
  done: 'Done. Restart the camera now.',
  failedAt: (step: string) => `Failed at “${step}”`,
  of: (address: string) => `Camera at ${address}`,
  follow: 'Follow it',
};

export const pack = {
  lead: 'Fetch these files from the camera by FTP, as root, and keep copies. They come back changed in one ZIP, with checksums and a note of what goes where.',
  database: 'Database (/cali/master_ctrl.db)',
  bundle: 'CA bundle (/etc/ssl/certs/ca-bundle.trust.crt)',
  factoryCa: 'Factory CA (/cali/certs/mqttCA.crt)',
  factoryHint: 'Only if at hand.',
  needed: 'Choose this file.',
  secret: 'The ZIP holds the cameras’ private key: keep it to yourself.',
  make: 'Make the package',
  made: 'The package is in your downloads. Compare with checksums.txt (md5sum --check) after copying.',
  checksum: 'SHA-256 of the ZIP',
  map: 'Put back by FTP',
  file: 'File',
  place: 'Place on the camera',
};

export const follow = {
  title: 'Restart it, and watch it arrive',
  lead: 'Power it off and on, or type reboot. First contact takes one to two minutes.',
  id: 'Camera id',
  idHint: '32 hexadecimal characters, as read above. Or choose it in the list below.',
  idWrong: 'An id has 32 characters of 0–9 and A–F.',
  watch: 'Watch for it',
  other: 'Another camera',
  steps: {
    configFetched: 'Fetched its configuration',
    certificatesFetched: 'Fetched its certificates',
    connected: 'Connected',
  },
  expect: {
    configFetched:
      'It found this server and trusts it. Nothing after minutes: its address or the CA bundle is wrong.',
    certificatesFetched: 'It may now speak to the broker.',
    connected: 'It is on the first screen from now on.',
  },
  waiting: 'waiting',
  done: 'done',
  asked: 'Last asked',
  from: (address: string) => `from ${address}`,
  needsApproval: 'It asks for certificates and waits for you.',
  blocked: 'This id is blocked: it gets no certificates.',
  approve: 'Approve',
  name: 'Name',
  nameHint: 'Given to it as soon as it is here, while this page is open.',
  nameSave: 'Give it this name',
  named: (name: string) => `It is called ${name} now.`,
  arrived: 'Your camera is here.',
  open: 'Open the camera',
};

export const unclaimed = {
  title: 'Cameras that asked',
  lead: 'Ids that asked this server for their configuration and have not connected yet.',
  none: 'None at the moment',
  noneHint: 'A camera that is pointed at this server appears here by itself.',
  id: 'Id',
  address: 'Address',
  asked: 'Asked',
  first: 'First',
  last: 'Last',
  state: 'State',
  requests: (config: number, certificates: number) =>
    `${plural(config, 'configuration', 'configurations')}, ${certificates} for certificates`,
  approved: 'Approved',
  blocked: 'Blocked',
  undecided: 'Undecided',
  actions: 'What to do',
  follow: 'Name and watch',
  approve: 'Approve',
  block: 'Block…',
  blockTitle: 'Block this id?',
  blockText: (id: string) => `${id} gets no certificates until you approve it.`,
  blockAction: 'Block',
  approvedDone: 'Approved: it gets its certificates when it asks again.',
  blockedDone: 'Blocked.',
};
