import type { Knex } from 'knex';

/**
 * Notifications: what is to be told (rules, snoozes), to whom (targets of channels, browsers that subscribed), and what
 * became of it (one delivery row an alert and target, the durable half of every send).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(rules);
  await knex.raw(deliveries);
  await knex.raw(subscriptions);
  await knex.raw(told);
  await knex.raw(rights);
}

/** Forward only once released. */
export async function down(): Promise<void> {
  return Promise.reject(new Error('A delivery that was made is not forgotten.'));
}

const rules = `
  -- One row a camera, and one without camera for the whole house; what a row leaves open comes from the row above it,
  -- at last from the settings TELEGRAM_NOTIFY_*.
  create table notification_rules (
    rule_id bigint generated always as identity primary key,
    camera_id text unique nulls not distinct references camera_registry on delete cascade,
    rule jsonb not null default '{}' check (jsonb_typeof(rule) = 'object'),
    updated_by text not null,
    updated_at timestamptz not null default now()
  );
  comment on column notification_rules.camera_id is 'null: the whole house';
  comment on column notification_rules.rule is 'shape NotificationRule of packages/notification-rules';

  create table notification_snoozes (
    snooze_id bigint generated always as identity primary key,
    camera_id text unique nulls not distinct references camera_registry on delete cascade,
    until_at timestamptz not null,
    set_by text not null,
    set_at timestamptz not null default now()
  );
  comment on column notification_snoozes.camera_id is 'null: the whole house';
`;

const deliveries = `
  create table notification_deliveries (
    delivery_id bigint generated always as identity primary key,
    channel text not null,
    target text not null,
    alert_key text not null,
    kind text not null check (kind in ('motion', 'person', 'sound', 'online', 'offline')),
    camera_id text not null references camera_registry on delete cascade,
    event_id text references activity_events on delete cascade,
    happened_at timestamptz not null,
    known_at timestamptz not null,
    state text not null check (state in ('waiting', 'sending', 'sent', 'summarised', 'suppressed', 'failed')),
    reason text,
    due_at timestamptz,
    call_id uuid,
    message_id text,
    amendable boolean not null default false,
    shown text not null default 'nothing' check (shown in ('nothing', 'text', 'picture')),
    clip text not null default 'none' check (clip in ('none', 'due', 'shown')),
    attempts integer not null default 0,
    resent integer not null default 0,
    last_error text,
    sent_at timestamptz,
    latency_ms integer,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (channel, target, alert_key)
  );
  comment on column notification_deliveries.target is 'who is told: a chat id, the name of a webhook, a subscription id';
  comment on column notification_deliveries.alert_key is '''event:<event id>'', or ''outbox:<id>'' for a camera that came or went';
  comment on column notification_deliveries.known_at is 'when the fact was committed; latency counts from here or from the end of the wait for a picture';
  comment on column notification_deliveries.state is 'sending is committed before the call: found at a start, nobody knows whether it arrived';
  comment on column notification_deliveries.reason is 'why it was suppressed or failed';
  comment on column notification_deliveries.due_at is 'when there is something to do next; null: at rest';
  comment on column notification_deliveries.call_id is 'deliveries told by one call: a summary has many';
  comment on column notification_deliveries.message_id is 'the channel''s handle of the message, to amend it';
  comment on column notification_deliveries.amendable is 'the channel can bring the message up to date, and has not refused to';
  comment on column notification_deliveries.shown is 'what the message shows by now';
  comment on column notification_deliveries.resent is 'times it was sent again although an earlier call may have arrived';
  comment on column notification_deliveries.latency_ms is 'from when it could go out to the answer of the channel';
  create index notification_deliveries_due on notification_deliveries (channel, target, due_at) where due_at is not null;
  create index notification_deliveries_event on notification_deliveries (event_id);
  create index notification_deliveries_camera on notification_deliveries (camera_id, kind, happened_at desc);
  create index notification_deliveries_newest on notification_deliveries (delivery_id desc);
  create index notification_deliveries_age on notification_deliveries (created_at);

  comment on column outbox.topic is 'event-started | event-thumbnail | event-recording | camera-connected | camera-disconnected';
`;

const subscriptions = `
  create table web_push_subscriptions (
    subscription_id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users on delete cascade,
    endpoint text not null unique check (char_length(endpoint) <= 2048),
    p256dh text not null check (char_length(p256dh) <= 200),
    auth text not null check (char_length(auth) <= 100),
    user_agent text,
    language text not null default 'en',
    created_at timestamptz not null default now(),
    last_success_at timestamptz,
    last_error text
  );
  comment on column web_push_subscriptions.endpoint is 'URL of the browser maker''s push service; a capability, shown to nobody';
  create index web_push_subscriptions_user on web_push_subscriptions (user_id);
`;

const told = `
  create function notify_notifications() returns trigger language plpgsql as $$
  begin
    perform notify_keys('notifications', array[tg_table_name::text]);
    return null;
  end $$;
  create trigger notification_rules_told after insert or update or delete on notification_rules for each statement execute function notify_notifications();
  create trigger notification_snoozes_told after insert or update or delete on notification_snoozes for each statement execute function notify_notifications();
  create trigger web_push_subscriptions_told after insert or delete on web_push_subscriptions for each statement execute function notify_notifications();
`;

const rights = `
  grant select, insert, update, delete on notification_rules, notification_snoozes, web_push_subscriptions to apiary_dashboard;
  grant select on notification_deliveries to apiary_dashboard;

  grant select on notification_rules to apiary_notifier;
  grant select, insert, update, delete on notification_snoozes, notification_deliveries to apiary_notifier;
  grant select, delete, update (last_success_at, last_error) on web_push_subscriptions to apiary_notifier;
  grant select on event_recordings to apiary_notifier;
  grant usage on sequence change_revision to apiary_notifier;
  grant insert on audit_log to apiary_notifier;
  grant select (user_id, username, role) on users to apiary_notifier;
`;
