/** Ids that asked for configuration or certificates and were never heard on MQTT nor uploaded (table unclaimed_cameras). */
import type { Queryable } from './audit-repository.ts';

export interface ProvisioningSighting {
  readonly cameraId: string;
  /** IP address of the last request. */
  readonly address: string;
  readonly configRequests: number;
  readonly certificateRequests: number;
  readonly at: Date;
}

/** Rows kept; anyone on the network can invent ids, so the oldest undecided ones give way. */
export const unclaimedLimit = 1000;

/** Adds requests of many ids in one statement. Ids with a camera row are left out. `sightings` names each id once. */
export async function recordSightings(
  client: Queryable,
  sightings: readonly ProvisioningSighting[],
): Promise<void> {
  if (sightings.length === 0) return;
  await client.query(
    `insert into unclaimed_cameras as u
       (camera_id, address, config_requests, certificate_requests, first_seen, last_seen)
     select s.camera_id, s.address, s.config_requests, s.certificate_requests, s.at, s.at
     from jsonb_to_recordset($1::jsonb) as s
       (camera_id text, address text, config_requests integer, certificate_requests integer, at timestamptz)
     where not exists (select from camera_registry c where c.camera_id = s.camera_id)
     order by s.camera_id
     on conflict (camera_id) do update set
       address = excluded.address,
       config_requests = u.config_requests + excluded.config_requests,
       certificate_requests = u.certificate_requests + excluded.certificate_requests,
       last_seen = greatest(u.last_seen, excluded.last_seen)`,
    [
      JSON.stringify(
        sightings.map((sighting) => ({
          camera_id: sighting.cameraId,
          address: sighting.address,
          config_requests: sighting.configRequests,
          certificate_requests: sighting.certificateRequests,
          at: sighting.at.toISOString(),
        })),
      ),
    ],
  );
  await client.query(
    `delete from unclaimed_cameras where camera_id in (
       select camera_id from unclaimed_cameras where approved_at is null and blocked_at is null
       order by last_seen desc offset $1)`,
    [unclaimedLimit],
  );
}
