/**
 * A route is data: path, schemas, and who may call it. There is no way to add one without an access rule, and nothing
 * here is reachable before its rule has been asked.
 */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Caller } from '@apiary/access/caller';
import type { Action } from '@apiary/access/can';

/**
 * Who may call: anyone, with the reason why; or who may do `action`, logged in or by a token. `shared`: whoever came by
 * a link to the event that the path names as well.
 */
export type Access = { readonly open: string } | { readonly action: Action; readonly shared?: true };

export interface RouteInput<P, Q, B, S> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** What the path names, loaded before the handler; its camera has been checked against the user's rights. */
  readonly subject: S;
  /** Who calls; of no use to open routes. */
  readonly session: Caller;
  readonly address: string;
  readonly request: Request;
  readonly response: Response;
}

/** A JSON answer by its schema, or bytes that the handler writes itself. */
export type Answer<R> =
  | { readonly status: 200 | 201 | 202; readonly json: z.ZodType<R> }
  | { readonly status: 204 }
  /** Answers with the address that the handler returns. */
  | { readonly status: 303; readonly redirect: string }
  | { readonly status: 200; readonly bytes: readonly string[]; readonly description: string };

export interface RouteSpec<P, Q, B, S, R> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As in OpenAPI: `/api/cameras/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  readonly params?: z.ZodObject & z.ZodType<P>;
  readonly query?: z.ZodObject & z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  /** Loads what the path names; undefined is answered 404 "`what` does not exist". */
  readonly subject?: {
    readonly what: string;
    load(params: NoInfer<P>): Promise<S | undefined>;
    /** Left out: it belongs to no camera. */
    cameraId?(subject: S): string;
    eventId?(subject: S): string;
  };
  readonly answer: Answer<R>;
  /** Errors of its own beside those every route has (400, 401, 403, 404 as they apply). */
  readonly errors?: Readonly<Record<number, string>>;
  handler(input: RouteInput<P, Q, B, S>): Promise<R>;
}

/** Any route, its types no longer told apart. */
export type Route = RouteSpec<never, never, never, unknown, unknown>;

export function route<P = unknown, Q = unknown, B = unknown, S = undefined, R = void>(
  spec: RouteSpec<P, Q, B, S, R>,
): Route {
  return spec as unknown as Route;
}

export const isMutating = (spec: Pick<Route, 'method'>): boolean => spec.method !== 'get';
