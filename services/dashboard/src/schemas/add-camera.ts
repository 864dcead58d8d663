/** Shapes of adding a camera: its package, moving it over by FTP, and how far it has come. */
import { z } from 'zod';
import { cameraIdSchema } from '../api-schemas.ts';
import { moveSteps } from '../onboarding/camera-ftp.ts';
import { isCameraAddress } from '../onboarding/ftp-address.ts';

const isoTime = z.iso.datetime();

export const moveBodySchema = z
  .object({
    address: z
      .ipv4('must be an IPv4 address such as 192.168.1.20')
      .refine(isCameraAddress, 'must be an address of a private network')
      .meta({ description: 'of the camera' }),
    username: z.string().min(1).max(64).default('root'),
    password: z.string().max(200).meta({ description: 'used once, kept nowhere' }),
    cameraId: cameraIdSchema
      .optional()
      .meta({ description: 'must be what the camera says; default: what it says' }),
  })
  .refine(({ username, password }) => !/[\r\n]/.test(username + password), 'must not contain line ends')
  .meta({ id: 'CameraMoveRequest' });

export const moveSchema = z
  .object({
    id: z.string(),
    address: z.string(),
    startedBy: z.string(),
    startedAt: isoTime,
    cameraId: z.string().nullable(),
    state: z.enum(['running', 'done', 'failed']),
    step: z.enum(moveSteps).meta({ description: 'under way, or the one that failed' }),
    error: z.string().nullable(),
  })
  .meta({ id: 'CameraMove', description: 'done: restart the camera now' });
export const movesSchema = z.object({ moves: z.array(moveSchema) }).meta({ id: 'CameraMoves' });

export const progressSchema = z
  .object({
    cameraId: z.string(),
    configFetched: z.boolean(),
    certificatesFetched: z.boolean(),
    connected: z.boolean(),
    lastAskedAt: isoTime.nullable().meta({ description: 'its last request, while it is unclaimed' }),
    address: z.string().nullable(),
    waitsForApproval: z
      .boolean()
      .meta({ description: 'asked for certificates and is refused until someone approves it' }),
    blocked: z.boolean(),
    registered: z.boolean().meta({ description: 'it is a camera now: see /api/cameras/{id}' }),
  })
  .meta({ id: 'AddCameraProgress' });

/** POST /api/add-camera/move */
export type CameraMoveRequest = z.input<typeof moveBodySchema>;
export type CameraMove = z.output<typeof moveSchema>;
/** GET /api/add-camera/moves */
export type CameraMoves = z.output<typeof movesSchema>;
/** GET /api/add-camera/progress/{id} */
export type AddCameraProgress = z.output<typeof progressSchema>;
