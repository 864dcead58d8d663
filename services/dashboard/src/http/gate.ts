/**
 * Who is calling, and whether they may do what a route is for. Asked in a fixed order, before the body is read: origin
 * (of a change made with a cookie), login or token, right to the action. The right to the one camera or event that the
 * path names is asked once it is known which that is.
 */
import type { Request, Response } from 'express';
import { AppError, forbidden, unauthorized } from '@apiary/base/errors';
import { bearerOf } from '@apiary/access/api-tokens';
import type { Caller } from '@apiary/access/caller';
import type { Callers } from '@apiary/access/callers';
import { can, type Action, type On } from '@apiary/access/can';
import { assertSameOrigin } from '@apiary/access/same-origin';
import type { ShareLinks } from '@apiary/access/share-links';
import type { RequestLimits } from './request-limits.ts';
import { isMutating, type Route } from './route.ts';

export interface GateDeps {
  readonly callers: Callers;
  readonly shares: ShareLinks;
  readonly limits: RequestLimits;
}

/** Everybody a request may speak for, the logged-in user first; empty for open routes. */
export async function admit(
  deps: GateDeps,
  route: Pick<Route, 'access' | 'method'>,
  request: Request,
  response: Response,
): Promise<readonly Caller[]> {
  const { access } = route;
  // A token is sent by no browser on its own: no other site can make a request with one.
  if (isMutating(route) && ('open' in access || bearerOf(request.get('authorization')) === undefined))
    assertSameOrigin(request);
  if ('open' in access) return [];
  const caller = await callerOf(deps, request, response);
  if (access.shared !== true) return [assertMay(caller, access.action)];
  const links = await deps.shares.of(request);
  if (links.length === 0) return [assertMay(caller, access.action)];
  return caller !== undefined && can(caller.user, access.action) ? [caller, ...links] : links;
}

/** A token that does not hold is a wrong try; one that does counts against its own limit. */
export async function callerOf(
  { callers, limits }: GateDeps,
  request: Request,
  response: Response,
): Promise<Caller | undefined> {
  if (bearerOf(request.get('authorization')) === undefined) return callers.of(request, response);
  const address = request.ip ?? '';
  await limits.assertMayTry(address, response);
  const caller = await callers.of(request, response);
  if (caller === undefined) await limits.countWrongSecret(address);
  else await limits.countToken(caller.id, response);
  return caller;
}

function assertMay(caller: Caller | undefined, action: Action): Caller {
  if (caller === undefined) throw unauthorized();
  if (can(caller.user, action)) return caller;
  if (caller.user.passwordChange === 'required')
    throw new AppError(403, 'password_change_required', 'Choose a password of your own first.');
  throw forbidden();
}

/** The first of them who may do this to that camera or event; undefined: for them it does not exist. */
export function whoMay(callers: readonly Caller[], action: Action, on: On): Caller | undefined {
  return callers.find(({ user }) => can(user, action, on));
}
