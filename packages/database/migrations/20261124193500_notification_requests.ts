import type { Knex } from 'knex';

/**
 * What services ask of each other about notifications, as rows with few rights: the notifier has no right on the broker
 * and asks the dashboard to arm and disarm; the dashboard has no bot token and asks the notifier for test messages.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(requests);
  await knex.raw(rights);
}

/** Forward only once released. */
export async function down(): Promise<void> {
  return Promise.reject(new Error('What was asked is not forgotten.'));
}

const requests = `
  create table house_requests (
    request_id uuid primary key default gen_random_uuid(),
    wish text not null check (wish in ('arm', 'disarm')),
    asked_by text not null check (char_length(asked_by) between 1 and 200),
    asked_at timestamptz not null default now(),
    taken_at timestamptz,
    outcome jsonb,
    done_at timestamptz
  );
  comment on table house_requests is 'asked for in a chat, carried out by the dashboard within seconds or not at all';
  comment on column house_requests.taken_at is 'when the dashboard began, or the notifier gave up waiting';
  create index house_requests_open on house_requests (asked_at) where taken_at is null;
  create index house_requests_age on house_requests (asked_at);

  create table notification_tests (
    test_id uuid primary key default gen_random_uuid(),
    channel text not null,
    user_id uuid references users on delete cascade,
    asked_by text not null,
    asked_at timestamptz not null default now(),
    taken_at timestamptz,
    results jsonb,
    done_at timestamptz
  );
  comment on column notification_tests.user_id is 'web push: only to this user''s browsers';
  comment on column notification_tests.results is '[{target, error}], error null where it arrived';
  create index notification_tests_open on notification_tests (asked_at) where taken_at is null;
  create index notification_tests_age on notification_tests (asked_at);

  -- What the running notifier was set up with; it alone knows.
  create table notifier_state (
    singleton boolean primary key default true check (singleton),
    state jsonb not null,
    started_at timestamptz not null default now()
  );
  comment on column notifier_state.state is 'shape NotifierState of notifier-state-repository.ts; holds no credential';

  -- A pressed button names its message.
  create index notification_deliveries_message on notification_deliveries (channel, target, message_id) where message_id is not null;

  create function wake_by_table() returns trigger language plpgsql as $$
  begin
    perform pg_notify(tg_table_name, '');
    return null;
  end $$;
  create trigger house_requests_wake after insert on house_requests for each statement execute function wake_by_table();
  create trigger notification_tests_wake after insert on notification_tests for each statement execute function wake_by_table();
  create trigger notification_tests_told after update of results on notification_tests for each statement execute function notify_notifications();
  create trigger notifier_state_told after insert or update on notifier_state for each statement execute function notify_notifications();
`;

const rights = `
  grant select, insert (wish, asked_by), update (taken_at, outcome, done_at), delete on house_requests to apiary_notifier;
  grant select, update (taken_at, outcome, done_at) on house_requests to apiary_dashboard;

  grant select, insert (channel, user_id, asked_by) on notification_tests to apiary_dashboard;
  grant select, update (taken_at, results, done_at), delete on notification_tests to apiary_notifier;

  grant select, insert, update on notifier_state to apiary_notifier;
  grant select on notifier_state to apiary_dashboard;

  -- "Reviewed" pressed in the household's chat.
  grant select, insert on event_reviews to apiary_notifier;
`;
