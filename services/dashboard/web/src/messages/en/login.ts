/** Words of the log-in screen. */
export const login = {
  title: 'Log in',
  lead: 'Your cameras, at home.',
  username: 'User name',
  password: 'Password',
  show: 'Show password',
  hide: 'Hide password',
  submit: 'Log in',
  busy: 'Logging in…',
  hint: 'The first start of Apiary printed the password of the account “admin”.',
};
