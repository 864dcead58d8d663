/** Cameras: list, one, rename; and ids that knocked but are no cameras yet. */
import { z } from 'zod';
import { AppError, notFound } from '@apiary/base/errors';
import { inTransaction } from '@apiary/database';
import { recordAudit } from '@apiary/database/audit-repository';
import { listCameras, renameCamera } from '@apiary/database/camera-queries';
import { decideUnclaimed, listUnclaimed } from '@apiary/database/unclaimed-queries';
import {
  cameraIdSchema,
  cameraListSchema,
  cameraSchema,
  renameBodySchema,
  unclaimedCameraSchema,
  unclaimedListSchema,
} from '../api-schemas.ts';
import { can } from '@apiary/access/can';
import { route, type Route } from '../http/route.ts';
import { cameraSubject, type Deps } from './deps.ts';
import { cameraRecord, unclaimedRecord } from './records.ts';

const cameraParams = z.object({ id: cameraIdSchema });

export function cameraRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/cameras',
      summary: 'All cameras by name',
      tag: 'cameras',
      access: { action: 'cameras.read' },
      answer: { status: 200, json: cameraListSchema },
      async handler({ session }) {
        const rows = await listCameras(deps.pool);
        const seen = rows.filter(({ cameraId }) => can(session.user, 'cameras.read', cameraId));
        return { cameras: seen.map(cameraRecord) };
      },
    }),
    route({
      method: 'get',
      path: '/api/cameras/{id}',
      summary: 'One camera',
      tag: 'cameras',
      access: { action: 'cameras.read' },
      params: cameraParams,
      subject: cameraSubject(deps),
      answer: { status: 200, json: cameraSchema },
      handler: ({ subject }) => Promise.resolve(cameraRecord(subject)),
    }),
    route({
      method: 'patch',
      path: '/api/cameras/{id}',
      summary: 'Rename a camera',
      tag: 'cameras',
      access: { action: 'cameras.change' },
      params: cameraParams,
      body: renameBodySchema,
      subject: cameraSubject(deps),
      answer: { status: 200, json: cameraSchema },
      handler: ({ subject, body, session, address }) =>
        inTransaction(deps.pool, async (client) => {
          const renamed = await renameCamera(client, subject.cameraId, body.name);
          if (renamed === undefined) throw notFound('The camera');
          await recordAudit(client, {
            actor: session.user.username,
            action: 'camera_renamed',
            cameraId: subject.cameraId,
            address,
            details: { from: subject.cameraName, to: body.name },
          });
          return cameraRecord(renamed);
        }),
    }),
    route({
      method: 'get',
      path: '/api/unclaimed',
      summary: 'Ids that asked for their configuration but have not connected nor uploaded yet',
      tag: 'cameras',
      access: { action: 'unclaimed.read' },
      answer: { status: 200, json: unclaimedListSchema },
      handler: async () => ({ unclaimed: (await listUnclaimed(deps.pool)).map(unclaimedRecord) }),
    }),
    ...(['approve', 'block'] as const).map((decision) =>
      route({
        method: 'post',
        path: `/api/unclaimed/{id}/${decision}`,
        summary:
          decision === 'approve'
            ? 'Let an unclaimed id have its certificate (matters with REQUIRE_APPROVAL)'
            : 'Refuse an unclaimed id its certificate',
        tag: 'cameras',
        access: { action: 'unclaimed.decide' },
        params: cameraParams,
        answer: { status: 200, json: unclaimedCameraSchema },
        errors: { 404: 'no unclaimed camera has this id' },
        handler: ({ params, session, address }) =>
          inTransaction(deps.pool, async (client) => {
            const row = await decideUnclaimed(client, params.id, decision);
            if (row === undefined) throw new AppError(404, 'not_found', 'No unclaimed camera has this id.');
            await recordAudit(client, {
              actor: session.user.username,
              action: decision === 'approve' ? 'unclaimed_approved' : 'unclaimed_blocked',
              cameraId: params.id,
              address,
            });
            return unclaimedRecord(row);
          }),
      }),
    ),
  ];
}
