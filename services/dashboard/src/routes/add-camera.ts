/**
 * Adding a camera: the package to download, or moving it over by FTP, and how far it has come. Progress is told as
 * `changed` records: `add-camera` for a move, `unclaimed` for what a camera asks, and its own record once it is one.
 */
import multer from 'multer';
import { z } from 'zod';
import { AppError, badRequest, errorMessage } from '@apiary/base/errors';
import { cameraFiles, readCameraCredentials, type CameraCredentials } from '@apiary/camera-package';
import { recordAudit } from '@apiary/database/audit-repository';
import { readCamera } from '@apiary/database/camera-queries';
import { certificateIssued, readUnclaimed } from '@apiary/database/unclaimed-queries';
import { cameraIdSchema } from '../api-schemas.ts';
import { route, type Route } from '../http/route.ts';
import type { Move } from '../onboarding/moves.ts';
import { packageZip } from '../onboarding/package-zip.ts';
import {
  moveBodySchema,
  moveSchema,
  movesSchema,
  progressSchema,
  type CameraMove,
} from '../schemas/add-camera.ts';
import type { Deps } from './deps.ts';

const ftpPort = 21;
/** A database has 48 kB, a bundle 750 kB. */
const fileMostBytes = 8 * 1024 * 1024;
const inputs = ['database', 'bundle', 'factoryCa'] as const;

export function addCameraRoutes(deps: Deps): Route[] {
  return [packageRoute(deps), ...moveRoutes(deps), progressRoute(deps)];
}

function packageRoute(deps: Deps): Route {
  const receive = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: fileMostBytes, files: inputs.length, fields: 2, fieldSize: 100, parts: 6 },
  }).fields(inputs.map((name) => ({ name, maxCount: 1 })));
  return route({
    method: 'post',
    path: '/api/add-camera/package/{id}',
    summary:
      'The camera package as a ZIP (it holds the cameras’ key). Body: multipart/form-data with the camera’s own `database` (master_ctrl.db), `bundle` (ca-bundle.trust.crt) and, if at hand, `factoryCa` (mqttCA.crt)',
    tag: 'add-camera',
    access: { action: 'cameras.add' },
    params: z.object({ id: cameraIdSchema }),
    answer: { status: 200, bytes: ['application/zip'], description: 'the ZIP' },
    errors: { 400: 'a file is missing, too large, or not what it should be' },
    async handler({ params: { id }, request, response, session, address }) {
      await new Promise<void>((resolve, reject) => {
        receive(request, response, (error: unknown) => {
          if (error === undefined || error === null) resolve();
          else reject(badRequest('bad_upload', errorMessage(error)));
        });
      });
      const files = (request.files ?? {}) as Record<string, Express.Multer.File[] | undefined>;
      const [database, bundle, factoryCa] = inputs.map((name) => files[name]?.[0]?.buffer);
      if (database === undefined || bundle === undefined)
        throw badRequest('bad_upload', 'The database and the CA bundle of the camera are both needed.');
      const credentials = await credentialsOf(deps);
      const made = await cameraFiles({
        cameraId: id,
        configHost: deps.configHost,
        credentials,
        database,
        bundle,
        factoryCa,
      }).catch((error: unknown) => {
        throw badRequest('bad_upload', errorMessage(error));
      });
      const zip = await packageZip(made, deps.configHost);
      await recordAudit(deps.pool, {
        actor: session.user.username,
        action: 'camera_package_made',
        cameraId: id,
        address,
      });
      response.set('Content-Disposition', `attachment; filename="camera_${id}.zip"`);
      response.type('application/zip').send(zip);
    },
  });
}

const moveRoutes = (deps: Deps): Route[] => [
  route({
    method: 'post',
    path: '/api/add-camera/move',
    summary:
      'Move a camera over by FTP: keeps a copy of its database there, changes one value, adds our certificates',
    tag: 'add-camera',
    access: { action: 'cameras.add' },
    body: moveBodySchema,
    answer: { status: 202, json: moveSchema },
    errors: { 409: 'it is being moved already' },
    async handler({ body, session, address }) {
      const actor = session.user.username;
      const credentials = await credentialsOf(deps);
      await recordAudit(deps.pool, {
        actor,
        action: 'camera_move_started',
        address,
        ...(body.cameraId === undefined ? {} : { cameraId: body.cameraId }),
        details: { camera: body.address },
      });
      const options = { ...body, port: ftpPort, configHost: deps.configHost, credentials };
      const move = deps.moves.start(
        { ...options, cameraId: body.cameraId },
        actor,
        ({ cameraId, state, step }) =>
          recordAudit(deps.pool, {
            actor,
            action: state === 'done' ? 'camera_moved' : 'camera_move_failed',
            address,
            ...(cameraId === undefined ? {} : { cameraId }),
            details: { camera: body.address, step },
          }),
      );
      return moveRecord(move);
    },
  }),
  route({
    method: 'get',
    path: '/api/add-camera/moves',
    summary: 'Cameras being moved over by FTP and those moved lately, newest first',
    tag: 'add-camera',
    access: { action: 'cameras.add' },
    answer: { status: 200, json: movesSchema },
    handler: () => Promise.resolve({ moves: deps.moves.list().map(moveRecord) }),
  }),
];

const progressRoute = (deps: Deps): Route =>
  route({
    method: 'get',
    path: '/api/add-camera/progress/{id}',
    summary: 'How far a camera has come: configuration fetched, certificates fetched, connected',
    tag: 'add-camera',
    access: { action: 'cameras.add' },
    params: z.object({ id: cameraIdSchema }),
    answer: { status: 200, json: progressSchema },
    async handler({ params: { id } }) {
      const [camera, unclaimed, issued] = await Promise.all([
        readCamera(deps.pool, id),
        readUnclaimed(deps.pool, id),
        certificateIssued(deps.pool, id),
      ]);
      const registered = camera !== undefined;
      const asked = unclaimed !== undefined && unclaimed.certificateRequests > 0;
      return {
        cameraId: id,
        // Nobody connects without them.
        configFetched: registered || issued || (unclaimed !== undefined && unclaimed.configRequests > 0),
        certificatesFetched: registered || issued,
        connected: camera?.connectionStatus === 'connected',
        lastAskedAt: unclaimed?.lastSeen.toISOString() ?? null,
        address: camera?.ipAddress ?? unclaimed?.address ?? null,
        waitsForApproval: asked && !issued && unclaimed.approvedAt === null && unclaimed.blockedAt === null,
        blocked: (unclaimed?.blockedAt ?? null) !== null,
        registered,
      };
    },
  });

async function credentialsOf(deps: Deps): Promise<CameraCredentials> {
  try {
    return await readCameraCredentials(deps.certsDir);
  } catch (error) {
    throw new AppError(503, 'no_certificates', errorMessage(error), { cause: error });
  }
}

const moveRecord = (move: Move): CameraMove => ({
  ...move,
  startedAt: move.startedAt.toISOString(),
  cameraId: move.cameraId ?? null,
  error: move.error ?? null,
});
