import type { Knex } from 'knex';

/** The livestream service asks who is watching and writes down that they did. It never learns a password hash. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    grant select on login_sessions to apiary_livestream;
    grant select (user_id, username, role) on users to apiary_livestream;
    grant insert on audit_log to apiary_livestream;
  `);
}

/** Forward only once released. */
export async function down(): Promise<void> {
  return Promise.reject(new Error('Grants are not taken back.'));
}
