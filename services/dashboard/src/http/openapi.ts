/** OpenAPI 3.1 of the routes, made from the schemas that also check the requests. */
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { productVersion } from '@apiary/base/http';
import {
  changedSchema,
  commandOutcomeSchema,
  errorSchema,
  removedSchema,
  streamResetSchema,
} from '../api-schemas.ts';
import { mayBeToken } from '@apiary/access/can';
import { isMutating, type Route } from './route.ts';

/** @param cookieName name of the login cookie of this installation */
export function openApiDocument(routes: readonly Route[], cookieName: string): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Apiary',
      version: productVersion,
      description:
        'JSON is camelCase, times are ISO 8601 UTC. Errors are `{error:{code,message}}`. Everything that is not open needs the login cookie or an API token.',
    },
    components: {
      // Carried by the stream, so no answer names them.
      schemas: {
        CommandOutcome: commandOutcomeSchema,
        StreamReset: streamResetSchema,
        Removed: removedSchema,
        Changed: changedSchema,
      },
      securitySchemes: {
        loginSession: { type: 'apiKey', in: 'cookie', name: cookieName },
        apiToken: { type: 'http', scheme: 'bearer', description: 'apiary_…, made on the account page' },
        shareLink: {
          type: 'apiKey',
          in: 'cookie',
          name: `${cookieName}-share-…`,
          description: 'set by POST /api/share/open',
        },
      },
    },
    paths,
  });
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const open = 'open' in route.access ? route.access.open : undefined;
  const errors: Record<number, string> = {
    ...(route.params === undefined && route.query === undefined && route.body === undefined
      ? {}
      : { 400: 'path, query or body break their rules' }),
    ...(open === undefined ? { 401: 'not logged in' } : {}),
    ...(open === undefined
      ? { 403: 'the right is missing, or (of a change) it came from another site' }
      : isMutating(route)
        ? { 403: 'came from another site' }
        : {}),
    ...(route.subject === undefined ? {} : { 404: `${route.subject.what} does not exist` }),
    ...route.errors,
  };
  return {
    operationId: operationId(route),
    summary: route.summary,
    description: describe(route),
    tags: [route.tag],
    security: securityOf(route),
    'x-authorization': {
      ...route.access,
      ...(route.subject?.cameraId === undefined
        ? {}
        : { on: route.subject.eventId === undefined ? 'camera' : 'event' }),
    },
    requestParams: {
      ...(route.params === undefined ? {} : { path: route.params }),
      ...(route.query === undefined ? {} : { query: route.query }),
    },
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: {
      [`${route.answer.status}`]: success(route),
      ...Object.fromEntries(
        Object.entries(errors).map(([status, description]) => [
          status,
          { description, content: { 'application/json': { schema: errorSchema } } },
        ]),
      ),
    },
  } as ZodOpenApiOperationObject;
}

function success({ answer }: Route): object {
  if ('json' in answer)
    return { description: 'OK', content: { 'application/json': { schema: answer.json } } };
  if ('bytes' in answer)
    return {
      description: answer.description,
      content: Object.fromEntries(answer.bytes.map((type) => [type, {}])),
    };
  if ('redirect' in answer) return { description: `redirects: ${answer.redirect}` };
  return { description: 'Done' };
}

function describe({ access }: Route): string {
  if ('open' in access) return `Open: ${access.open}.`;
  const shared = access.shared === true ? ', or a share link of the event' : '';
  return `Needs the right \`${access.action}\`${shared}.`;
}

function securityOf({ access }: Route): Record<string, string[]>[] {
  if ('open' in access) return [];
  return [
    { loginSession: [] },
    ...(mayBeToken(access.action) ? [{ apiToken: [] }] : []),
    ...(access.shared === true ? [{ shareLink: [] }] : []),
  ];
}

/** `GET /api/media/thumbnail/{event}` → `getMediaThumbnailByEvent`. */
function operationId(route: Route): string {
  const words = route.path
    .replace('/api/', '')
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/);
  return route.method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
