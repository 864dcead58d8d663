/**
 * Puts routes on an Express app, every one through the same gates in the same order: origin, login, right to the
 * action, form of the path, right to the camera, form of query and body. What no route answers below `/api` needs a
 * login as well, so that names of routes are no secret to probe for.
 */
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import { badRequest, forbidden, notFound, unauthorized } from '@apiary/base/errors';
import { can } from '@apiary/access/can';
import type { LoginSession, LoginSessions } from '@apiary/access/login-sessions';
import { assertSameOrigin } from '@apiary/access/same-origin';
import { isMutating, type Route } from './route.ts';

const bodyLimitBytes = 64 * 1024;
/** An escaped NUL, not the six characters of one. */
const nulInJson = /(?<!\\)(?:\\\\)*\\u0000/;

export function mountRoutes(app: Express, routes: readonly Route[], sessions: LoginSessions): void {
  const parseJson = express.json({ limit: bodyLimitBytes });
  for (const route of routes) {
    const expressPath = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const gate: RequestHandler = async (request, response, next) => {
      // Before anything answers: what the API says is nobody else's to keep. Media routes set their own.
      response.set('Cache-Control', 'no-store');
      if (isMutating(route)) assertSameOrigin(request);
      response.locals.session = await sessionFor(route, sessions, request, response);
      next();
    };
    // The body is read only once its sender may speak.
    app[route.method](expressPath, gate, parseJson, async (request, response) => {
      await answer(route, request, response);
    });
  }
  app.use('/api', async (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    if ((await sessions.of(request, response)) === undefined) throw unauthorized();
    next();
  });
}

async function sessionFor(
  route: Route,
  sessions: LoginSessions,
  request: Request,
  response: Response,
): Promise<LoginSession | undefined> {
  if ('open' in route.access) return undefined;
  const session = await sessions.of(request, response);
  if (session === undefined) throw unauthorized();
  if (!can(session.user, route.access.action)) throw forbidden();
  return session;
}

async function answer(route: Route, request: Request, response: Response): Promise<void> {
  const session = response.locals.session as LoginSession | undefined;
  const params = parsed(route.params, request.params, 'path') as never;
  let subject: unknown;
  if (route.subject !== undefined) {
    subject = await route.subject.load(params);
    if (subject === undefined) throw notFound(route.subject.what);
    const cameraId = route.subject.cameraId(subject);
    if (!('action' in route.access) || session === undefined) throw forbidden();
    // A camera one may not see does not exist.
    if (!can(session.user, route.access.action, cameraId)) throw notFound(route.subject.what);
  }
  const result = await route.handler({
    params,
    query: parsed(route.query, request.query, 'query') as never,
    body: parsed(route.body, request.body ?? {}, 'body') as never,
    subject,
    // Handlers of open routes have no use for it; their type is the same so that one table holds all.
    session: session as LoginSession,
    address: request.ip ?? '',
    request,
    response,
  });
  if (response.headersSent || 'bytes' in route.answer) return;
  response.status(route.answer.status);
  if ('json' in route.answer) response.json(result);
  else response.end();
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
