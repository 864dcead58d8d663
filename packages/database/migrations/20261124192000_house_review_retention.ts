import type { Knex } from 'knex';

/**
 * What people do with events (review, keep, delete), the house (presets, schedules, state) and how long things stay
 * (retention, counters of used disk, tasks of the janitor).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(review);
  await knex.raw(removal);
  await knex.raw(house);
  await knex.raw(retention);
  await knex.raw(told);
  await knex.raw(rights);
}

/** Forward only once released. */
export async function down(): Promise<void> {
  return Promise.reject(new Error('Kept and deleted events are not forgotten.'));
}

const review = `
  alter table activity_events
    add column kept_at timestamptz,
    add column kept_by text,
    add column deleted_at timestamptz,
    add column deleted_by text,
    add column recordings_removed_at timestamptz;
  comment on column activity_events.kept_at is 'never deleted by retention';
  comment on column activity_events.deleted_at is 'hidden everywhere from now on; files and row go when the janitor comes by';
  comment on column activity_events.recordings_removed_at is 'retention took the recordings, the event stays';
  create index activity_events_kept on activity_events (start_timestamp desc, event_id desc) where kept_at is not null;
  create index activity_events_pictures on activity_events (camera_id, start_timestamp desc) where thumbnail_path is not null;
  create index activity_events_deleted on activity_events (deleted_at) where deleted_at is not null;

  create table event_reviews (
    user_id uuid not null references users on delete cascade,
    event_id text not null references activity_events on delete cascade,
    reviewed_at timestamptz not null default now(),
    primary key (user_id, event_id)
  );
  comment on table event_reviews is 'who has looked at what: each user has an inbox of their own';
  create index event_reviews_event on event_reviews (event_id);
`;

const removal = `
  -- What is left of an event whose row is gone: screens that were away learn of it, and a late upload of the camera
  -- does not bring it back.
  create table deleted_events (
    event_id text primary key,
    camera_id text not null,
    revision bigint not null default nextval('change_revision'),
    deleted_at timestamptz not null default now()
  );
  create index deleted_events_revision on deleted_events (revision);
  create index deleted_events_age on deleted_events (deleted_at);

  create function stay_deleted() returns trigger language plpgsql security definer set search_path = public as $$
  begin
    if exists (select from deleted_events where event_id = new.event_id) then
      new.deleted_at := now();
      new.deleted_by := 'deleted before';
    end if;
    return new;
  end $$;
  create trigger activity_events_stay_deleted before insert on activity_events for each row execute function stay_deleted();

  alter table camera_registry
    add column removed_at timestamptz,
    add column removes_events boolean not null default false;
  comment on column camera_registry.removed_at is 'taken off the house by a person; comes back when the camera is heard again, unless its id is blocked';
  comment on column camera_registry.removes_events is 'beside removed_at: its events are hidden and being deleted, the row goes last';

  create function camera_returns() returns trigger language plpgsql security definer set search_path = public as $$
  begin
    if new.last_seen > old.removed_at and new.last_seen is distinct from old.last_seen
      and not exists (select from unclaimed_cameras u where u.camera_id = new.camera_id and u.blocked_at is not null)
    then
      new.removed_at := null;
    end if;
    return new;
  end $$;
  create trigger camera_registry_returns before update on camera_registry for each row
    when (old.removed_at is not null and new.removed_at is not null and not new.removes_events)
    execute function camera_returns();
`;

const house = `
  create table house_presets (
    preset_id text primary key default gen_random_uuid()::text,
    name text not null check (char_length(name) between 1 and 60),
    default_mode text not null check (default_mode in ('armed', 'livestreamonly', 'privacy')),
    position integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create unique index house_presets_name on house_presets (lower(name));
  comment on column house_presets.default_mode is 'mode of cameras the preset does not name';
  create table house_preset_modes (
    preset_id text not null references house_presets on delete cascade,
    camera_id text not null references camera_registry on delete cascade,
    mode text not null check (mode in ('armed', 'livestreamonly', 'privacy')),
    primary key (preset_id, camera_id)
  );
  insert into house_presets (preset_id, name, default_mode, position) values
    ('home', 'Home', 'livestreamonly', 1), ('away', 'Away', 'armed', 2), ('night', 'Night', 'armed', 3);

  create table house_schedules (
    schedule_id uuid primary key default gen_random_uuid(),
    preset_id text not null references house_presets on delete cascade,
    weekdays integer[] not null check (cardinality(weekdays) between 1 and 7 and weekdays <@ array[1, 2, 3, 4, 5, 6, 7]),
    local_time text not null check (local_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    enabled boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  comment on column house_schedules.weekdays is 'ISO: 1 is Monday';
  comment on column house_schedules.local_time is 'HH:MM on the clocks of the house (TIME_ZONE)';

  -- One row: what the house is set to, why, and until when.
  create table house_state (
    singleton boolean primary key default true check (singleton),
    preset_id text references house_presets on delete set null,
    reason text not null default 'none' check (reason in ('none', 'person', 'schedule', 'override-ended')),
    set_by text not null default '',
    set_at timestamptz not null default now(),
    until_at timestamptz,
    after_preset_id text references house_presets on delete set null,
    handled_until timestamptz not null default now(),
    applied_at timestamptz
  );
  comment on column house_state.until_at is 'a person’s choice that ends by itself; schedules rest until then';
  comment on column house_state.after_preset_id is 'what was set before the override: comes back where no schedule says otherwise';
  comment on column house_state.handled_until is 'switches of the schedule up to here were carried out or passed over';
  comment on column house_state.applied_at is 'null: some camera could not be told yet';
  insert into house_state (applied_at) values (now());
`;

const retention = `
  create table retention_settings (
    singleton boolean primary key default true check (singleton),
    events_days integer check (events_days between 1 and 3650),
    recordings_days integer check (recordings_days between 1 and 3650),
    status_days integer check (status_days between 1 and 3650),
    free_bytes bigint check (free_bytes >= 0),
    max_bytes bigint check (max_bytes >= 1000000),
    updated_at timestamptz not null default now(),
    updated_by text not null default ''
  );
  comment on table retention_settings is 'one row; null: no limit of that kind. Age counts from the start of an event';
  comment on column retention_settings.free_bytes is 'when less is free on the disk of the recordings, the oldest recordings go';
  comment on column retention_settings.max_bytes is 'when recordings take more, the oldest go';
  insert into retention_settings default values;

  -- Used disk without walking folders: what each day added and took away.
  create table storage_days (
    camera_id text not null references camera_registry on delete cascade,
    day date not null,
    added_bytes bigint not null default 0,
    removed_bytes bigint not null default 0,
    added_files integer not null default 0,
    removed_files integer not null default 0,
    primary key (camera_id, day)
  );
  create function count_storage(camera text, bytes bigint, files integer, added boolean) returns void
    language sql security definer set search_path = public as $$
    insert into storage_days as s (camera_id, day, added_bytes, removed_bytes, added_files, removed_files)
    select camera, (now() at time zone 'UTC')::date, case when added then bytes else 0 end, case when added then 0 else bytes end,
      case when added then files else 0 end, case when added then 0 else files end
    where exists (select from camera_registry where camera_id = camera)
    on conflict (camera_id, day) do update set added_bytes = s.added_bytes + excluded.added_bytes,
      removed_bytes = s.removed_bytes + excluded.removed_bytes, added_files = s.added_files + excluded.added_files,
      removed_files = s.removed_files + excluded.removed_files
  $$;
  create function count_uploads() returns trigger language plpgsql as $$
  begin
    perform count_storage(camera_id, sum(file_size)::bigint, count(*)::integer, tg_op = 'INSERT')
      from (select * from counted_rows order by camera_id) u group by camera_id order by camera_id;
    return null;
  end $$;
  create trigger file_uploads_counted after insert on file_uploads referencing new table as counted_rows for each statement execute function count_uploads();
  create trigger file_uploads_uncounted after delete on file_uploads referencing old table as counted_rows for each statement execute function count_uploads();
  insert into storage_days (camera_id, day, added_bytes, added_files)
    select camera_id, (upload_timestamp at time zone 'UTC')::date, sum(file_size), count(*) from file_uploads group by 1, 2;
  create index status_events_reported on status_events (camera_id, received_at desc) where reported_at is not null;
  create index activity_events_recorded on activity_events (start_timestamp, event_id)
    where recording_count > 0 and kept_at is null and deleted_at is null;
  create index file_uploads_path on file_uploads (file_path);
  create index event_recordings_path on event_recordings (path);
  create index event_recordings_age on event_recordings (received_at);

  -- Work of the janitor that a person asked for, and its last round.
  create table janitor_tasks (
    task_id bigint generated always as identity primary key,
    kind text not null check (kind in ('retention', 'orphans-report', 'orphans-clean')),
    requested_by text not null,
    requested_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    result jsonb,
    error text
  );
  create index janitor_tasks_newest on janitor_tasks (kind, task_id desc);
  create index janitor_tasks_open on janitor_tasks (task_id) where finished_at is null;
  create table disk_measurements (
    singleton boolean primary key default true check (singleton),
    total_bytes bigint not null,
    free_bytes bigint not null,
    measured_at timestamptz not null default now()
  );
  comment on table disk_measurements is 'the disk of the recordings, as config-server sees it';

  -- Partitions whose every row is older go whole; owner’s right, as making them is.
  create function drop_status_history(before timestamptz) returns integer
    language plpgsql security definer set search_path = public as $$
  declare
    part record;
    dropped integer := 0;
  begin
    for part in
      select c.relname, (regexp_match(pg_get_expr(c.relpartbound, c.oid), $re$TO \\('([^']+)'\\)$re$))[1]::timestamptz as ends
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'status_events'::regclass
    loop
      if part.ends <= before then
        execute format('drop table %I', part.relname);
        dropped := dropped + 1;
      end if;
    end loop;
    return dropped;
  end $$;
  revoke execute on function drop_status_history, count_storage from public;
`;

/** NOTIFY: rows that screens fetch anew (`changed`), and work for the janitor. */
const told = `
  create function notify_house() returns trigger language plpgsql as $$
  begin
    perform notify_keys('house', array[tg_table_name::text]);
    return null;
  end $$;
  create trigger house_presets_told after insert or update or delete on house_presets for each statement execute function notify_house();
  create trigger house_preset_modes_told after insert or update or delete on house_preset_modes for each statement execute function notify_house();
  create trigger house_schedules_told after insert or update or delete on house_schedules for each statement execute function notify_house();
  create trigger house_state_told after update on house_state for each statement execute function notify_house();

  create function notify_system() returns trigger language plpgsql as $$
  begin
    perform notify_keys('system', array[tg_table_name::text]);
    return null;
  end $$;
  create trigger retention_settings_told after update on retention_settings for each statement execute function notify_system();
  create trigger janitor_tasks_told after insert or update on janitor_tasks for each statement execute function notify_system();

  -- Reviews are one person’s: keys are '<user id>:<event id>'.
  create function notify_reviews() returns trigger language plpgsql as $$
  begin
    perform notify_keys('review', array(select user_id || ':' || event_id from review_rows));
    return null;
  end $$;
  create trigger event_reviews_made after insert on event_reviews referencing new table as review_rows for each statement execute function notify_reviews();

  create trigger event_reviews_undone after delete on event_reviews referencing old table as review_rows for each statement execute function notify_reviews();

  create function notify_unclaimed() returns trigger language plpgsql as $$
  begin
    perform notify_keys('unclaimed', array(select camera_id from unclaimed_rows));
    return null;
  end $$;
  create trigger unclaimed_cameras_came after insert on unclaimed_cameras referencing new table as unclaimed_rows for each statement execute function notify_unclaimed();
  create trigger unclaimed_cameras_changed after update on unclaimed_cameras referencing new table as unclaimed_rows for each statement execute function notify_unclaimed();
  create trigger unclaimed_cameras_went after delete on unclaimed_cameras referencing old table as unclaimed_rows for each statement execute function notify_unclaimed();

  create function wake_janitor() returns trigger language plpgsql as $$
  begin
    perform pg_notify('janitor', '');
    return null;
  end $$;
  create trigger janitor_tasks_wake after insert on janitor_tasks for each statement execute function wake_janitor();
`;

const rights = `
  grant update (kept_at, kept_by, deleted_at, deleted_by, updated_at) on activity_events to apiary_dashboard;
  grant select, insert, delete on event_reviews to apiary_dashboard;
  grant select on deleted_events, storage_days, disk_measurements, janitor_tasks to apiary_dashboard;
  grant insert (kind, requested_by) on janitor_tasks to apiary_dashboard;
  grant update (removed_at, removes_events) on camera_registry to apiary_dashboard;
  grant insert on unclaimed_cameras to apiary_dashboard;
  grant select, insert, update, delete on house_presets, house_preset_modes, house_schedules to apiary_dashboard;
  grant select, update on house_state, retention_settings to apiary_dashboard;
  grant select on outbox to apiary_dashboard;

  grant select on retention_settings, event_reviews to apiary_config_server;
  grant select, insert, update, delete on deleted_events, disk_measurements to apiary_config_server;
  grant delete on activity_events, event_recordings, file_uploads, camera_registry, outbox to apiary_config_server;
  grant update on event_recordings to apiary_config_server;
  grant select, insert, update on janitor_tasks to apiary_config_server;
  grant delete on status_events, camera_commands, camera_state to apiary_config_server;
  grant select on status_events to apiary_config_server;
  grant select on storage_days to apiary_config_server;
  grant execute on function drop_status_history to apiary_config_server;
  grant execute on function count_storage to apiary_config_server;
`;
