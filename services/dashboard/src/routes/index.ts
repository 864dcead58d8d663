/** Every route of the API, and the document that describes them. */
import { openApiDocument } from '../http/openapi.ts';
import { route, type Route } from '../http/route.ts';
import { addCameraRoutes } from './add-camera.ts';
import { auditRoutes } from './audit.ts';
import { authRoutes } from './auth.ts';
import { cameraRoutes } from './cameras.ts';
import { controlRoutes } from './control.ts';
import type { Deps } from './deps.ts';
import { eventRoutes } from './events.ts';
import { historyRoutes } from './history.ts';
import { houseRoutes } from './house.ts';
import { mediaRoutes } from './media.ts';
import { notificationRoutes } from './notifications.ts';
import { oidcRoutes } from './oidc.ts';
import { reviewRoutes } from './review.ts';
import { storageRoutes } from './storage.ts';
import { systemRoutes } from './system.ts';
import { screenRoutes } from './screen.ts';
import { sessionRoutes } from './sessions.ts';
import { shareRoutes } from './share.ts';
import { tokenRoutes } from './tokens.ts';
import { trustRoutes } from './trust.ts';
import { userRoutes } from './users.ts';
import { webPushRoutes } from './web-push.ts';

export function apiRoutes(deps: Deps): Route[] {
  const routes: Route[] = [
    ...authRoutes(deps),
    ...oidcRoutes(deps),
    ...sessionRoutes(deps),
    ...tokenRoutes(deps),
    ...userRoutes(deps),
    ...shareRoutes(deps),
    ...screenRoutes(deps),
    ...cameraRoutes(deps),
    ...eventRoutes(deps),
    ...mediaRoutes(deps),
    ...reviewRoutes(deps),
    ...houseRoutes(deps),
    ...historyRoutes(deps),
    ...addCameraRoutes(deps),
    ...systemRoutes(deps),
    ...storageRoutes(deps),
    ...controlRoutes(deps),
    ...notificationRoutes(deps),
    ...webPushRoutes(deps),
    ...auditRoutes(deps),
    ...trustRoutes(deps),
  ];
  let document: object | undefined;
  routes.push(
    route({
      method: 'get',
      path: '/api/openapi.json',
      summary: 'This description, OpenAPI 3.1',
      tag: 'api',
      access: { action: 'api.describe' },
      answer: { status: 200, bytes: ['application/json'], description: 'the document' },
      handler({ response }) {
        document ??= openApiDocument(routes, deps.callers.sessions.cookieName);
        response.json(document);
        return Promise.resolve();
      },
    }),
  );
  return routes;
}
