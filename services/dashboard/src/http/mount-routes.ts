/**
 * Puts routes on an Express app, every one through the same gates in the same order: origin, login, right to the
 * action, form of the path, right to the camera, form of query and body. What no route answers below `/api` needs a
 * login as well, so that names of routes are no secret to probe for.
 */
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import { badRequest, notFound, unauthorized } from '@apiary/base/errors';
import type { Caller } from '@apiary/access/caller';
import { admit, callerOf, whoMay, type GateDeps } from './gate.ts';
import type { Route } from './route.ts';

const bodyLimitBytes = 64 * 1024;
/** An escaped NUL, not the six characters of one. */
const nulInJson = /(?<!\\)(?:\\\\)*\\u0000/;

export function mountRoutes(app: Express, routes: readonly Route[], deps: GateDeps): void {
  const parseJson = express.json({ limit: bodyLimitBytes });
  for (const route of routes) {
    const expressPath = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const gate: RequestHandler = async (request, response, next) => {
      // Before anything answers: what the API says is nobody else's to keep. Media routes set their own.
      response.set('Cache-Control', 'no-store');
      response.locals.callers = await admit(deps, route, request, response);
      next();
    };
    // The body is read only once its sender may speak.
    app[route.method](expressPath, gate, parseJson, async (request, response) => {
      await answer(route, request, response);
    });
  }
  app.use('/api', async (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    if ((await callerOf(deps, request, response)) === undefined) throw unauthorized();
    next();
  });
}

async function answer(route: Route, request: Request, response: Response): Promise<void> {
  const callers = response.locals.callers as readonly Caller[];
  const params = parsed(route.params, request.params, 'path') as never;
  const { subject, caller } = await subjectOf(route, params, callers);
  const result = await route.handler({
    params,
    query: parsed(route.query, request.query, 'query') as never,
    body: parsed(route.body, request.body ?? {}, 'body') as never,
    subject,
    // Handlers of open routes have no use for it; their type is the same so that one table holds all.
    session: caller as Caller,
    address: request.ip ?? '',
    request,
    response,
  });
  if (response.headersSent || 'bytes' in route.answer) return;
  if ('redirect' in route.answer) {
    response.redirect(route.answer.status, String(result));
    return;
  }
  response.status(route.answer.status);
  if ('json' in route.answer) response.json(result);
  else response.end();
}

/** What the path names and who of the callers may see it. */
async function subjectOf(
  route: Route,
  params: never,
  callers: readonly Caller[],
): Promise<{ subject: unknown; caller: Caller | undefined }> {
  const { access, subject: named } = route;
  if (named === undefined) return { subject: undefined, caller: callers[0] };
  const subject = await named.load(params);
  if (subject === undefined) throw notFound(named.what);
  if ('open' in access) throw new Error(`${route.path} is open and names ${named.what}`);
  const [cameraId, eventId] = [named.cameraId?.(subject), named.eventId?.(subject)];
  const caller = whoMay(callers, access.action, {
    ...(cameraId === undefined ? {} : { cameraId }),
    ...(eventId === undefined ? {} : { eventId }),
  });
  // A camera one may not see does not exist.
  if (caller === undefined) throw notFound(named.what);
  return { subject, caller };
}

function parsed(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (schema === undefined) return undefined;
  // PostgreSQL holds no NUL: a text with one is nobody's name, and would be an error of the database.
  if (nulInJson.test(JSON.stringify(value)))
    throw badRequest('invalid_request', `${where}: must not contain NUL`);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${[where, ...issue.path].join('.')}: ${issue.message}`);
  throw badRequest('invalid_request', issues.join('; '));
}
