/** Shapes of accounts and of logging in, as the API takes and gives them. */
import { actions, roles } from '@apiary/access/can';
import { z } from 'zod';

const isoTime = z.iso.datetime().meta({ description: 'ISO 8601, UTC, milliseconds' });
const uuid = z.uuid('must be an id of this list');
const cameraId = z
  .string()
  .regex(/^[0-9A-Fa-f]{32}$/, 'must be 32 hexadecimal characters')
  .transform((text) => text.toUpperCase());
const role = z.enum(roles).meta({
  description: 'viewer: sees; operator: also commands, settings, keep, delete, share; admin: everything',
});
const seenCameras = z
  .union([z.literal('all'), z.array(z.string())])
  .meta({ description: '`all`, or the ids of the cameras there are for this user' });
const passwordChange = z.enum(['none', 'suggested', 'required']).meta({
  description: 'suggested: still the generated password; required: nothing else may be done first (403)',
});

export const userParams = z.object({ user: uuid.meta({ description: 'id of an account' }) });

export const userSchema = z
  .object({
    id: z.string(),
    username: z.string(),
    role,
    cameras: seenCameras,
    may: z.array(z.enum(actions)).meta({ description: 'all this user may do, of some camera at least' }),
    passwordChange,
  })
  .meta({ id: 'User' });

export const meSchema = z
  .object({
    user: userSchema,
    hasPassword: z.boolean().meta({ description: 'false: logs in through the identity provider only' }),
  })
  .meta({ id: 'Me' });

export const loginMethodsSchema = z
  .object({
    password: z.literal(true),
    oidc: z
      .object({
        label: z.string().meta({ description: 'text of the button' }),
        startUrl: z.string().meta({ description: 'go there, with `?next=` and a path of the page' }),
        logoutUrl: z.string().meta({ description: 'ends the login at the provider too; after our own' }),
      })
      .nullable()
      .meta({ description: 'null: local accounts only' }),
    firstRun: z
      .boolean()
      .meta({ description: 'nobody logged in yet: the password is the one that `make up` showed' }),
  })
  .meta({ id: 'LoginMethods' });

export const loginBodySchema = z
  .object({ username: z.string().min(1).max(256), password: z.string().min(1).max(1024) })
  .meta({ id: 'LoginRequest' });

export const passwordBodySchema = z
  .object({
    currentPassword: z.string().min(1).max(1024),
    newPassword: z.string().min(1).max(1024).meta({
      description: 'at least 12 characters, not easy to guess (400 `weak_password` says why)',
    }),
  })
  .meta({ id: 'PasswordChange' });

export const accountSchema = z
  .object({
    id: z.string(),
    username: z.string(),
    role,
    cameras: seenCameras,
    disabled: z.boolean(),
    passwordChange,
    hasPassword: z.boolean(),
    identity: z
      .object({ email: z.string().nullable() })
      .nullable()
      .meta({ description: 'account at the identity provider: its role comes from there at each login' }),
    createdAt: isoTime,
    lastSeenAt: isoTime.nullable().meta({ description: 'of the login sessions that are open' }),
    loginSessions: z.int(),
    apiTokens: z.int(),
  })
  .meta({ id: 'Account' });

export const accountListSchema = z.object({ users: z.array(accountSchema) }).meta({ id: 'AccountList' });

export const newUserBodySchema = z
  .object({
    username: z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^[a-z0-9][a-z0-9._@-]{0,63}$/, 'must be 1 to 64 of a-z 0-9 . _ @ -, a letter or digit first'),
    role,
    cameras: z.union([z.literal('all'), z.array(cameraId).max(1000)]).default('all'),
  })
  .refine(({ role: of, cameras }) => of !== 'admin' || cameras === 'all', 'an admin sees every camera')
  .meta({ id: 'NewUser' });

export const userChangeBodySchema = z
  .object({
    role: role.optional(),
    cameras: z.union([z.literal('all'), z.array(cameraId).max(1000)]).optional(),
    disabled: z.boolean().optional().meta({ description: 'true ends every session, token and link at once' }),
  })
  .refine((change) => Object.keys(change).length > 0, 'must change something')
  .meta({ id: 'UserChange' });

export const createdUserSchema = z
  .object({
    user: accountSchema,
    password: z
      .string()
      .meta({ description: 'generated; shown this once, to be changed at the first login' }),
  })
  .meta({ id: 'CreatedUser' });
