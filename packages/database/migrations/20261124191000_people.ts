import type { Knex } from 'knex';

/**
 * People: roles and the cameras each may see, accounts of an identity provider, API tokens, share links. Whatever ends
 * or narrows somebody's rights is told by NOTIFY, so that what they hold open ends or narrows with it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(users);
  await knex.raw(keys);
  await knex.raw(told);
  await knex.raw(rights);
}

/** Forward only once released. */
export async function down(): Promise<void> {
  return Promise.reject(new Error('Accounts would be lost.'));
}

const users = `
  alter table users
    drop constraint users_role_check,
    alter column role drop default,
    alter column password_hash drop not null,
    add column all_cameras boolean not null default true,
    add column password_change text not null default 'none' check (password_change in ('none', 'suggested', 'required')),
    add column disabled_at timestamptz,
    add constraint users_role_check check (role in ('admin', 'operator', 'viewer')),
    add constraint users_admin_sees_all check (role <> 'admin' or all_cameras);
  comment on column users.password_hash is 'argon2id, PHC text; null: logs in through the identity provider only';
  comment on column users.all_cameras is 'false: those in user_cameras only';
  comment on column users.password_change is 'required: nothing else may be done first; suggested: the page asks for it';
  comment on column users.disabled_at is 'may not log in, and nothing of theirs works';

  create table user_cameras (
    user_id uuid not null references users on delete cascade,
    camera_id text not null references camera_registry on delete cascade,
    primary key (user_id, camera_id)
  );
  create index user_cameras_camera on user_cameras (camera_id);

  create table user_identities (
    issuer text not null,
    subject text not null,
    user_id uuid not null unique references users on delete cascade,
    email text,
    created_at timestamptz not null default now(),
    last_login_at timestamptz not null default now(),
    primary key (issuer, subject)
  );
  comment on table user_identities is 'OpenID Connect: an account is found by issuer and subject, never by name or address';

  alter table login_sessions
    add column session_id uuid not null unique default gen_random_uuid(),
    add column method text not null default 'password' check (method in ('password', 'oidc'));
  comment on column login_sessions.session_id is 'names the session to people and routes; opens nothing';
`;

const keys = `
  create table api_tokens (
    token_id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users on delete cascade,
    name text not null check (char_length(name) between 1 and 60),
    token_hash bytea not null unique,
    hint text not null,
    scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'control', 'manage', 'admin']),
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    last_used_address text
  );
  comment on column api_tokens.token_hash is 'keyed; the token itself is stored nowhere';
  comment on column api_tokens.hint is 'its last four characters, to tell tokens apart';
  comment on column api_tokens.expires_at is 'null: until it is revoked, which deletes the row';
  create index api_tokens_user on api_tokens (user_id);

  create table share_links (
    share_id uuid primary key default gen_random_uuid(),
    token_hash bytea not null unique,
    event_id text not null references activity_events on delete cascade,
    created_by uuid not null references users on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    last_opened_at timestamptz,
    opened integer not null default 0
  );
  comment on column share_links.created_by is 'the link shows no more than this user may still share';
  create index share_links_event on share_links (event_id);
  create index share_links_user on share_links (created_by, created_at desc);
  create index share_links_expiry on share_links (expires_at);
`;

const told = `
  -- NOTIFY changes: "users", ids of users whose account, rights, sessions or tokens changed; "account", the same for
  -- the user alone, "<user id>:<table>"; "shares", ids of links.
  create function notify_user() returns trigger language plpgsql as $$
  declare
    whose uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
  begin
    perform notify_keys('users', array[whose::text]);
    perform notify_keys('account', array[whose || ':' || tg_table_name]);
    return null;
  end $$;
  create function notify_share() returns trigger language plpgsql as $$
  begin
    perform notify_keys('shares', array[case when tg_op = 'DELETE' then old.share_id else new.share_id end::text]);
    return null;
  end $$;
  create trigger users_told after insert or delete or update of username, role, all_cameras, password_change, disabled_at
    on users for each row execute function notify_user();
  create trigger user_cameras_told after insert or delete on user_cameras for each row execute function notify_user();
  create trigger login_sessions_told after insert or delete on login_sessions for each row execute function notify_user();
  create trigger api_tokens_told after insert or delete on api_tokens for each row execute function notify_user();
  create trigger share_links_told after insert or delete or update of revoked_at on share_links for each row execute function notify_share();
`;

const rights = `
  grant select, insert, update, delete on user_cameras, user_identities, api_tokens, share_links to apiary_dashboard;

  -- Who watches and who is told: their rights, never their secrets.
  grant select (user_id, username, role, all_cameras, disabled_at, password_change) on users to apiary_livestream, apiary_notifier;
  grant select on user_cameras to apiary_livestream, apiary_notifier;
  grant select on api_tokens to apiary_livestream;
  grant update (last_used_at, last_used_address) on api_tokens to apiary_livestream;
`;
