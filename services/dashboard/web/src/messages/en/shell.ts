/** Words around every screen: navigation, connection, account, keyboard, errors. */
export const nav = {
  label: 'Main',
  more: 'More',
  skip: 'Skip to the content',
  screens: {
    home: 'Home',
    review: 'Review',
    event: 'Event',
    camera: 'Camera',
    live: 'Live',
    add: 'Add a camera',
    house: 'House',
    notifications: 'Notifications',
    system: 'System',
    people: 'People',
    account: 'Account',
    share: 'Shared event',
    trust: 'Trust this server',
  },
};

export const account = {
  menu: (name: string) => `Account of ${name}`,
  settings: 'Account',
  trust: 'Trust this server',
  keyboard: 'Keyboard shortcuts',
  logOut: 'Log out',
};

export const connection = {
  live: 'Live',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
  liveHint: 'Changes appear here by themselves.',
  staleSince: (age: string) => `What you see is from ${age}. It comes back by itself.`,
  retry: 'Try now',
};

export const shortcuts = {
  title: 'Keyboard shortcuts',
  everywhere: 'Everywhere',
  goTo: (screen: string) => `Go to ${screen}`,
  sheet: 'Show this list',
  then: 'then',
  on: (screen: string) => `On ${screen}`,
};

export const screen = {
  notFound: 'This page does not exist',
  notFoundHint: 'The address may be old or mistyped.',
  notAllowed: 'This is not yours to see',
  notAllowedHint: 'Your account has no right to this page. Ask the owner of the house.',
  home: 'Go home',
  failed: 'Something went wrong on this page',
  failedHint: 'The rest still works. The cameras keep recording.',
  failedLoad: 'This page could not be loaded. The server may have been updated.',
  retry: 'Try again',
  updated: 'Apiary was updated.',
  reload: 'Reload',
};

export const kit = {
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  saving: 'Saving…',
  saved: 'Saved',
  remove: 'Remove',
  copy: 'Copy',
  copied: 'Copied',
  clear: (what: string) => `Remove ${what}`,
  retry: 'Try again',
  retrying: 'Trying again…',
  failed: 'This could not be loaded',
  notifications: 'Messages',
  optional: 'optional',
  required: 'This is needed.',
  progress: (percent: number) => `${percent} %`,
  noData: 'No values in this time',
  justNow: 'just now',
};

export const errors = {
  network: 'The server cannot be reached.',
  unexpected: 'Something went wrong.',
  timeout: 'The server has not answered.',
  /** By code; without an entry the server's own sentence is shown. */
  codes: {} as Readonly<Record<string, string>>,
};
