import type { Knex } from 'knex';

/**
 * The first schema. Entity and column names follow contract §13 (seed names); what correctness needs beyond it is
 * commented on the column. Times are timestamptz, paths are relative to DATA_DIR.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Orders changes for screens: every visible change of a row takes the next number.
    create sequence change_revision;

    create table camera_registry (
      camera_id text primary key check (camera_id ~ '^[0-9A-F]{32}$'),
      camera_name text not null check (char_length(camera_name) between 1 and 100),
      ip_address text,
      location text,
      last_seen timestamptz,
      firmware_version text,
      hardware_version text,
      status text not null default 'unknown',
      status_reported_at timestamptz,
      requested_mode text check (requested_mode in ('armed', 'livestreamonly', 'privacy')),
      requested_mode_at timestamptz,
      connection_status text not null default 'disconnected' check (connection_status in ('connected', 'disconnected')),
      connection_timestamp timestamptz,
      broker_session text,
      broker_session_ended boolean not null default false,
      restored_session text,
      rtsp_url text,
      battery_level double precision,
      signal_strength double precision,
      temperature double precision,
      uptime_seconds double precision,
      revision bigint not null default nextval('change_revision'),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    comment on column camera_registry.status is 'mode the camera last reported, lower case; never its connectivity (contract §8)';
    comment on column camera_registry.requested_mode is 'mode last asked for; re-sent after every reconnect';
    comment on column camera_registry.connection_timestamp is 'when connection_status last changed';
    comment on column camera_registry.broker_session is 'connected_at of the broker session, as the broker names it: tells a new connection from a repeated message';
    comment on column camera_registry.broker_session_ended is 'the broker said that this session is over; false beside disconnected: silent, or a will alone';
    comment on column camera_registry.restored_session is 'broker_session for which stored state was last re-sent; "since <ms>" where the broker names no sessions';
    create index camera_registry_revision on camera_registry (revision);

    -- Ids that asked for configuration but have never been heard on MQTT nor uploaded.
    create table unclaimed_cameras (
      camera_id text primary key check (camera_id ~ '^[0-9A-F]{32}$'),
      address text,
      config_requests integer not null default 0,
      certificate_requests integer not null default 0,
      first_seen timestamptz not null default now(),
      last_seen timestamptz not null default now(),
      approved_at timestamptz,
      blocked_at timestamptz
    );

    create table activity_events (
      event_id text primary key check (char_length(event_id) between 1 and 128),
      camera_id text not null references camera_registry on delete cascade,
      camera_name text,
      activity_type text not null default 'MOTION',
      kind text not null default 'motion' check (kind in ('motion', 'person', 'sound')),
      start_timestamp timestamptz not null,
      start_source text not null default 'receipt' check (start_source in ('camera', 'receipt', 'upload', 'stop')),
      reported_start timestamptz,
      start_received_at timestamptz,
      end_timestamp timestamptz,
      reported_end timestamptz,
      stop_received_at timestamptz,
      duration_seconds double precision,
      confidence double precision,
      region jsonb,
      recording_filename text,
      recording_path text,
      recording_size bigint,
      recording_count integer not null default 0,
      recording_seconds double precision,
      thumbnail_path text,
      upload_status text not null default 'pending' check (upload_status in ('pending', 'completed', 'quarantined')),
      processed boolean not null default false,
      telegram_msg_id bigint,
      telegram_notified boolean not null default false,
      received_at timestamptz not null default now(),
      revision bigint not null default nextval('change_revision'),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    comment on column activity_events.start_timestamp is 'orders lists: the camera''s time where believable, else receipt (contract §6.5)';
    comment on column activity_events.start_source is 'what start_timestamp rests on; a camera start replaces upload and stop';
    comment on column activity_events.reported_start is 'the camera''s own claim, believable or not';
    comment on column activity_events.start_received_at is 'null: no start message yet (an upload or a stop came first)';
    comment on column activity_events.end_timestamp is 'null: no stop came; some cameras never send one';
    comment on column activity_events.recording_path is 'folder of the first recording; all are in event_recordings';
    comment on column activity_events.recording_size is 'bytes of all recordings as uploaded';
    -- One index a list the page shows; event_id makes the keyset total.
    create index activity_events_newest on activity_events (start_timestamp desc, event_id desc);
    create index activity_events_camera on activity_events (camera_id, start_timestamp desc, event_id desc);
    create index activity_events_kind on activity_events (kind, start_timestamp desc, event_id desc);
    create index activity_events_camera_kind on activity_events (camera_id, kind, start_timestamp desc, event_id desc);
    create index activity_events_revision on activity_events (revision);

    -- Every recording file of an event, in order of sequence, part, receipt: none overwrites another.
    create table event_recordings (
      recording_id bigint generated always as identity primary key,
      event_id text not null references activity_events on delete cascade,
      camera_id text not null references camera_registry on delete cascade,
      sequence integer not null,
      part integer not null,
      filename text not null,
      path text not null,
      size_bytes bigint not null,
      sha256 bytea not null,
      variant text not null,
      segments integer[] not null,
      encrypted boolean not null,
      received_at timestamptz not null default now(),
      unique (event_id, sequence, part, sha256)
    );
    comment on column event_recordings.path is 'folder that holds <variant>/<segment>.ts and, where encrypted, aes.key';
    comment on column event_recordings.segments is 'numbers of the segment files, ascending';

    create table file_uploads (
      upload_id bigint generated always as identity primary key,
      camera_id text not null references camera_registry on delete cascade,
      event_id text,
      category text not null,
      filename text not null,
      file_path text,
      file_size bigint not null,
      file_type text,
      sha256 bytea,
      status text not null check (status in ('stored', 'quarantined')),
      reason text,
      upload_timestamp timestamptz not null default now(),
      created_at timestamptz not null default now()
    );
    comment on column file_uploads.reason is 'why the file was quarantined';
    create index file_uploads_event on file_uploads (event_id);
    create index file_uploads_camera on file_uploads (camera_id, upload_timestamp desc);
    -- The same bytes sent again are one upload.
    create unique index file_uploads_once on file_uploads (camera_id, category, coalesce(event_id, ''), filename, sha256);

    -- Grows for ever: one partition a month, dropped whole by retention.
    create table status_events (
      status_event_id bigint generated always as identity,
      camera_id text not null,
      camera_name text,
      event_type text not null check (event_type in ('connection', 'status', 'disconnect', 'heartbeat', 'state', 'message')),
      status text,
      timestamp timestamptz not null,
      reported_at timestamptz,
      received_at timestamptz not null default now(),
      client_id text,
      ip_address text,
      firmware_version text,
      battery_level double precision,
      temperature double precision,
      uptime double precision,
      signal_strength double precision,
      raw_payload jsonb,
      digest bytea not null,
      created_at timestamptz not null default now(),
      primary key (status_event_id, timestamp),
      foreign key (camera_id) references camera_registry on delete cascade
    ) partition by range (timestamp);
    comment on column status_events.digest is 'of topic and payload: a message delivered twice is one row';
    create unique index status_events_once on status_events (camera_id, event_type, timestamp, digest);
    create index status_events_camera on status_events (camera_id, timestamp desc);
    create table status_events_other partition of status_events default;

    -- Makes this month's partition and those ahead. Owner's right, so that the processor need not own tables.
    create function ensure_status_partitions(months_ahead integer default 3) returns void
      language plpgsql security definer set search_path = public as $$
    declare
      month timestamptz;
      name text;
    begin
      for step in -1..months_ahead loop
        month := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + make_interval(months => step);
        name := 'status_events_' || to_char(month at time zone 'UTC', 'YYYY_MM');
        if to_regclass(name) is null then
          begin
            execute format('create table %I partition of status_events for values from (%L) to (%L)', name, month, month + interval '1 month');
          exception when check_violation then
            -- The default partition already holds rows of that month: they stay there.
            raise warning 'status_events: % stays in the default partition', name;
          end;
        end if;
      end loop;
    end $$;
    revoke execute on function ensure_status_partitions from public;
    select ensure_status_partitions();

    create table camera_state (
      camera_id text not null references camera_registry on delete cascade,
      setting_name text not null,
      setting_value text not null,
      setting_type text not null check (setting_type in ('string', 'boolean', 'integer', 'json')),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (camera_id, setting_name)
    );
    comment on table camera_state is 'what the owner chose: names of contract §6.4 and mode; re-sent after every reconnect';

    -- Commands sent to cameras and what became of them.
    create table camera_commands (
      request_id text primary key,
      camera_id text not null references camera_registry on delete cascade,
      command text not null,
      expected jsonb not null default '{}',
      requested_by text not null,
      requested_at timestamptz not null default now(),
      published_at timestamptz,
      deadline timestamptz,
      outcome text check (outcome in ('confirmed', 'refused', 'timeout')),
      outcome_detail text,
      outcome_at timestamptz,
      revision bigint not null default nextval('change_revision')
    );
    comment on column camera_commands.expected is 'what a report of the camera must show for the command to count as confirmed';
    comment on column camera_commands.published_at is 'null: stored for a disconnected camera, sent at its next connection';
    create index camera_commands_open on camera_commands (camera_id, requested_at) where outcome is null;
    create index camera_commands_revision on camera_commands (revision);

    -- Facts a person may want to hear of, written in the transaction of their cause.
    create table outbox (
      outbox_id bigint generated always as identity primary key,
      topic text not null,
      camera_id text not null references camera_registry on delete cascade,
      event_id text references activity_events on delete cascade,
      payload jsonb not null default '{}',
      dedupe_key text unique,
      created_at timestamptz not null default now()
    );
    comment on column outbox.topic is 'event-started | event-thumbnail | event-ended | camera-connected | camera-disconnected';
    comment on column outbox.dedupe_key is 'at most one row for the same fact';

    -- People
    create table users (
      user_id uuid primary key default gen_random_uuid(),
      username text not null unique,
      password_hash text not null,
      role text not null default 'admin' check (role in ('admin')),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    comment on column users.password_hash is 'argon2id, PHC text';

    create table login_sessions (
      token_hash bytea primary key,
      user_id uuid not null references users on delete cascade,
      address text,
      user_agent text,
      created_at timestamptz not null default now(),
      last_used_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    comment on column login_sessions.token_hash is 'SHA-256 of the cookie; the cookie itself is stored nowhere';
    create index login_sessions_user on login_sessions (user_id);
    create index login_sessions_expiry on login_sessions (expires_at);

    create table audit_log (
      audit_id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor text not null,
      action text not null,
      camera_id text,
      event_id text,
      address text,
      details jsonb not null default '{}'
    );
    comment on table audit_log is 'append-only: no service may update or delete';
    create index audit_log_newest on audit_log (at desc, audit_id desc);

    -- A camera named by a message or an upload comes into being and is no longer unclaimed.
    create function claim_camera() returns trigger language plpgsql security definer set search_path = public as $$
    begin
      delete from unclaimed_cameras using new_rows where unclaimed_cameras.camera_id = new_rows.camera_id;
      return null;
    end $$;
    create trigger camera_registry_claim after insert on camera_registry
      referencing new table as new_rows for each statement execute function claim_camera();

    create function next_revision() returns trigger language plpgsql as $$
    begin
      new.revision := nextval('change_revision');
      return new;
    end $$;
    create trigger camera_registry_revision_next before update on camera_registry for each row execute function next_revision();
    create trigger activity_events_revision_next before update on activity_events for each row execute function next_revision();
    create trigger camera_commands_revision_next before update on camera_commands for each row execute function next_revision();

    -- NOTIFY changes, '{"entity":…,"keys":[…]}': keys, not bodies, in pieces below the 8000 byte limit.
    create function notify_keys(entity text, keys text[]) returns void language plpgsql as $$
    declare
      piece text[] := '{}';
      size integer := 0;
      key text;
    begin
      foreach key in array keys loop
        if size + octet_length(to_json(key)::text) > 7000 then
          perform pg_notify('changes', json_build_object('entity', entity, 'keys', piece)::text);
          piece := '{}';
          size := 0;
        end if;
        piece := piece || key;
        size := size + octet_length(to_json(key)::text) + 2;
      end loop;
      if size > 0 then
        perform pg_notify('changes', json_build_object('entity', entity, 'keys', piece)::text);
      end if;
    end $$;
    create function notify_cameras() returns trigger language plpgsql as $$
    begin
      perform notify_keys('camera', array(select camera_id from new_rows));
      return null;
    end $$;
    create function notify_events() returns trigger language plpgsql as $$
    begin
      perform notify_keys('event', array(select event_id from new_rows));
      return null;
    end $$;
    create function notify_commands() returns trigger language plpgsql as $$
    begin
      perform notify_keys('command', array(select request_id from new_rows));
      return null;
    end $$;
    create function notify_outbox() returns trigger language plpgsql as $$
    begin
      if exists (select from new_rows) then perform pg_notify('outbox', ''); end if;
      return null;
    end $$;
    create trigger camera_registry_inserted after insert on camera_registry referencing new table as new_rows for each statement execute function notify_cameras();
    create trigger camera_registry_updated after update on camera_registry referencing new table as new_rows for each statement execute function notify_cameras();
    create trigger activity_events_inserted after insert on activity_events referencing new table as new_rows for each statement execute function notify_events();
    create trigger activity_events_updated after update on activity_events referencing new table as new_rows for each statement execute function notify_events();
    create trigger camera_commands_inserted after insert on camera_commands referencing new table as new_rows for each statement execute function notify_commands();
    create trigger camera_commands_updated after update on camera_commands referencing new table as new_rows for each statement execute function notify_commands();
    create trigger outbox_inserted after insert on outbox referencing new table as new_rows for each statement execute function notify_outbox();
  `);

  // Least privilege: each service writes the facts it owns and reads what it shows.
  await knex.raw(`
    revoke all on schema public from public;
    grant usage on schema public to apiary_config_server, apiary_mqtt_processor, apiary_dashboard, apiary_livestream, apiary_notifier;
    grant usage on sequence change_revision to apiary_config_server, apiary_mqtt_processor, apiary_dashboard;

    grant select, insert, update on camera_registry, activity_events to apiary_config_server;
    grant select, insert, update, delete on unclaimed_cameras to apiary_config_server;
    grant select, insert on event_recordings, audit_log, outbox to apiary_config_server;
    grant select, insert, update on file_uploads to apiary_config_server;

    grant select, insert, update on camera_registry, activity_events, camera_commands to apiary_mqtt_processor;
    grant select, insert on status_events to apiary_mqtt_processor;
    grant select, insert, delete on outbox to apiary_mqtt_processor;
    grant select on camera_state to apiary_mqtt_processor;
    grant execute on function ensure_status_partitions to apiary_mqtt_processor;

    grant select on camera_registry, activity_events, event_recordings, file_uploads, status_events to apiary_dashboard;
    grant update (camera_name, location, requested_mode, requested_mode_at, updated_at) on camera_registry to apiary_dashboard;
    grant select, insert, update, delete on camera_state, users, login_sessions to apiary_dashboard;
    grant select, insert, update on camera_commands to apiary_dashboard;
    grant select, insert on audit_log to apiary_dashboard;
    grant select, update on unclaimed_cameras to apiary_dashboard;

    grant select on camera_registry to apiary_livestream;
    grant select, delete on outbox to apiary_notifier;
    grant select on camera_registry, activity_events to apiary_notifier;
    grant update (telegram_msg_id, telegram_notified, processed, updated_at) on activity_events to apiary_notifier;
  `);
}

/** Forward only once released. */
export async function down(): Promise<void> {
  return Promise.reject(new Error('The first schema cannot be taken back.'));
}
