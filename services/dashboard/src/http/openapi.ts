/** OpenAPI 3.1 of the routes, made from the schemas that also check the requests. */
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { productVersion } from '@apiary/base/http';
import { commandOutcomeSchema, errorSchema, streamResetSchema } from '../api-schemas.ts';
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
        'JSON is camelCase, times are ISO 8601 UTC. Errors are `{error:{code,message}}`. Everything but the log-in needs the login cookie.',
    },
    components: {
      // Carried by the stream, so no answer names them.
      schemas: { CommandOutcome: commandOutcomeSchema, StreamReset: streamResetSchema },
      securitySchemes: { loginSession: { type: 'apiKey', in: 'cookie', name: cookieName } },
    },
    paths,
  });
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const open = 'open' in route.access ? route.access.open : undefined;
  const action = 'action' in route.access ? route.access.action : undefined;
  const errors: Record<number, string> = {
    ...(route.params === undefined && route.query === undefined && route.body === undefined
      ? {}
      : { 400: 'path, query or body break their rules' }),
    ...(open === undefined ? { 401: 'not logged in' } : {}),
    ...(isMutating(route) ? { 403: 'came from another site' } : {}),
    ...(route.subject === undefined ? {} : { 404: `${route.subject.what} does not exist` }),
    ...route.errors,
  };
  return {
    operationId: operationId(route),
    summary: route.summary,
    description: open === undefined ? `Needs the right \`${action}\`.` : `Open: ${open}.`,
    tags: [route.tag],
    security: open === undefined ? [{ loginSession: [] }] : [],
    'x-authorization': open === undefined ? { action } : { open },
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
  return { description: 'Done' };
}

/** `GET /api/media/thumbnail/{event}` → `getMediaThumbnailByEvent`. */
function operationId(route: Route): string {
  const words = route.path
    .replace('/api/', '')
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/);
  return route.method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
