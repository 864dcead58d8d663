/** Words of the log-in screen, of changing the password and of the first steps. */
export const login = {
  title: 'Log in',
  lead: 'Your cameras, at home.',
  username: 'User name',
  password: 'Password',
  show: 'Show password',
  hide: 'Hide password',
  submit: 'Log in',
  busy: 'Logging in…',
  or: 'or',
  firstRun:
    'Welcome. The first start printed the password of the account “admin”; on the server it stands in secrets/dashboard/admin-password.',
  hint: 'Forgotten? An admin of this house can give you a new password.',
  trust: 'Does the browser warn of this page? Trust this server',
  problems: {
    oidc_unavailable: 'The identity provider cannot be reached. Log in with a password of this server.',
    oidc_failed: 'The log-in at the identity provider did not work. Please try again.',
    oidc_cancelled: 'The log-in at the identity provider was cancelled.',
    oidc_no_role: 'This account is known to the identity provider, but has no part in this house.',
    oidc_disabled: 'This account is disabled here.',
  } as Readonly<Record<string, string>>,
  problem: 'Logging in did not work. Please try again.',
};

export const password = {
  title: 'Change the password',
  requiredTitle: 'Choose your own password',
  requiredLead: 'Somebody else knows the one you logged in with. Nothing else is shown before you change it.',
  current: 'Current password',
  new: 'New password',
  newHint: 'At least 12 characters. A sentence only you would say is good; a word with a number is not.',
  tooShort: (least: number) => `At least ${least} characters, please.`,
  submit: 'Change password',
  done: 'Password changed. All your other log-ins have ended.',
};

export const firstSteps = {
  title: 'Welcome to your house',
  lead: 'A moment, and it is yours.',
  password: 'Choose your own password',
  passwordHint: 'The one you logged in with was made by the first start and stands in a file there.',
  camera: 'Add the first camera',
  cameraHint: 'Step by step, from the box to its first picture.',
  done: 'done',
  later: 'Later',
};
