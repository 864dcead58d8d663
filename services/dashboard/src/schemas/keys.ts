/** Shapes of what stands for a person: login sessions, API tokens, share links. */
import { scopes } from '@apiary/access/can';
import { activityKinds } from '@apiary/contract';
import { z } from 'zod';

const isoTime = z.iso.datetime().meta({ description: 'ISO 8601, UTC, milliseconds' });
const uuid = z.uuid('must be an id of this list');

export const sessionParams = z.object({ session: uuid.meta({ description: 'id of a login session' }) });

export const loginSessionSchema = z
  .object({
    id: z.string(),
    current: z.boolean().meta({ description: 'the one this request came with' }),
    method: z.enum(['password', 'oidc']),
    device: z
      .string()
      .meta({ description: 'browser and system, as the browser says', example: 'Firefox, Android' }),
    address: z.string().nullable().meta({ description: 'where it was last seen' }),
    createdAt: isoTime,
    lastSeenAt: isoTime.meta({ description: 'to the minute' }),
    expiresAt: isoTime.meta({ description: 'moves on with use' }),
  })
  .meta({ id: 'LoginSession' });

export const loginSessionListSchema = z
  .object({ sessions: z.array(loginSessionSchema) })
  .meta({ id: 'LoginSessionList' });

export const endedSchema = z.object({ ended: z.int() }).meta({ id: 'Ended', description: 'how many' });

export const tokenParams = z.object({
  token: uuid.meta({ description: 'id of an API token, not the token' }),
});

export const apiTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    hint: z.string().meta({ description: 'last four characters of the token' }),
    scopes: z.array(z.enum(scopes)),
    createdAt: isoTime,
    expiresAt: isoTime.nullable(),
    lastUsedAt: isoTime.nullable().meta({ description: 'to the minute' }),
    lastUsedAddress: z.string().nullable(),
  })
  .meta({ id: 'ApiToken' });

export const apiTokenListSchema = z.object({ tokens: z.array(apiTokenSchema) }).meta({ id: 'ApiTokenList' });

export const newTokenBodySchema = z
  .object({
    name: z.string().trim().min(1, 'must not be empty').max(60),
    scopes: z.array(z.enum(scopes)).min(1, 'must name at least one scope').meta({
      description:
        'read: look; control: commands, arm, mark reviewed; manage: settings, keep, delete, share; admin: all a token can. Never more than its owner may, never accounts or tokens',
    }),
    expiresInDays: z.int().min(1).max(3650).nullable().default(365).meta({ description: 'null: never' }),
  })
  .meta({ id: 'NewApiToken' });

export const createdTokenSchema = z
  .object({
    token: z.string().meta({ description: 'shown this once; `Authorization: Bearer apiary_…`' }),
    details: apiTokenSchema,
  })
  .meta({ id: 'CreatedApiToken' });

export const shareParams = z.object({
  share: uuid.meta({ description: 'id of a share link, not its token' }),
});

export const shareLinkSchema = z
  .object({
    id: z.string(),
    eventId: z.string(),
    cameraId: z.string(),
    cameraName: z.string(),
    kind: z.enum(activityKinds),
    eventStartedAt: isoTime,
    createdBy: z.string(),
    createdAt: isoTime,
    expiresAt: isoTime,
    lastOpenedAt: isoTime.nullable(),
    opened: z.int().nonnegative(),
  })
  .meta({ id: 'ShareLink' });

export const shareListSchema = z.object({ shares: z.array(shareLinkSchema) }).meta({ id: 'ShareLinkList' });

export const newShareBodySchema = z
  .object({
    expiresInHours: z
      .int()
      .min(1)
      .max(24 * 90)
      .default(72),
  })
  .meta({ id: 'NewShareLink' });

export const createdShareSchema = z
  .object({
    url: z
      .string()
      .meta({ description: 'shown this once; its secret is in the fragment, which no server sees' }),
    share: shareLinkSchema,
  })
  .meta({ id: 'CreatedShareLink' });

export const openShareBodySchema = z
  .object({ token: z.string().min(1).max(200).meta({ description: 'the fragment of the link' }) })
  .meta({ id: 'OpenShareLink' });
