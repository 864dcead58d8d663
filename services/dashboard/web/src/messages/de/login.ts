/** Wörter der Anmeldung. */
export const login = {
  title: 'Anmelden',
  lead: 'Ihre Kameras, zu Hause.',
  username: 'Benutzername',
  password: 'Passwort',
  show: 'Passwort zeigen',
  hide: 'Passwort verbergen',
  submit: 'Anmelden',
  busy: 'Meldet an…',
  hint: 'Der erste Start von Apiary hat das Passwort des Kontos „admin“ ausgegeben.',
};
