/** Origin under which this request reached us, as a trusted edge tells it: `https://cams.example.net:5000`. */
import type { Request } from 'express';

export const ownOrigin = (request: Request): string =>
  new URL(`${request.protocol}://${request.host}`).origin;
