/** For tests: the operations of the OpenAPI document, with paths and bodies made up from what it says of them. */
import { randomUUID } from 'node:crypto';
import type { Action } from '@apiary/access/can';
import type { Harness } from './dashboard.helpers.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly example?: string | number;
  readonly description?: string;
  readonly minimum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly schema: Schema;
}
interface RawOperation {
  readonly security: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly 'x-authorization': Authorization;
}
export interface Authorization {
  readonly action?: Action;
  readonly open?: string;
  readonly shared?: true;
  readonly on?: 'camera' | 'event';
}

/** Which camera and event the paths and bodies name. */
export interface Things {
  readonly cameraId: string;
  readonly eventId: string;
}

export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly authorization: Authorization;
  /** What its path names, told by the description of the parameter. */
  readonly names: 'camera' | 'event' | undefined;
  path(things: Things): string;
  /** A body that means these things where it means any; undefined: it takes none. */
  body(things: Things): unknown;
}

export async function operationsOf(harness: Harness): Promise<Operation[]> {
  const document = (await harness.call('GET', '/api/openapi.json')).json as {
    paths: Record<string, Record<string, RawOperation>>;
    components: { schemas: Record<string, Schema> };
  };
  const resolved = (schema: Schema): Schema =>
    schema.$ref === undefined
      ? schema
      : (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => {
      const parameters = (raw.parameters ?? []).filter((each) => each.in === 'path');
      const bodySchema = Object.values(raw.requestBody?.content ?? {})[0]?.schema;
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        authorization: raw['x-authorization'],
        names: parameters.map((each) => namedBy(each, resolved)).find((named) => named !== undefined),
        path: (things) =>
          path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
            const parameter = parameters.find((each) => each.name === name);
            return encodeURIComponent(parameter === undefined ? '1' : valueOf(parameter, things, resolved));
          }),
        body: (things) => (bodySchema === undefined ? undefined : sample(bodySchema, '', things, resolved)),
      };
    }),
  );
}

type Resolve = (schema: Schema) => Schema;

function namedBy({ description, schema }: Parameter, resolved: Resolve): 'camera' | 'event' | undefined {
  const text = description ?? resolved(schema).description ?? '';
  return /^camera id\b/.test(text) ? 'camera' : /^event id\b/.test(text) ? 'event' : undefined;
}

function valueOf(parameter: Parameter, things: Things, resolved: Resolve): string {
  const named = namedBy(parameter, resolved);
  if (named !== undefined) return named === 'camera' ? things.cameraId : things.eventId;
  const schema = resolved(parameter.schema);
  if (schema.format === 'uuid') return randomUUID();
  return String(schema.example ?? schema.enum?.[0] ?? '1');
}

/** Something of this shape; what is called camera or event, or is a list of ids, means the things. */
function sample(given: Schema, name: string, things: Things, resolved: Resolve): unknown {
  const schema = resolved(given);
  const { properties, items, anyOf, oneOf } = schema;
  if (properties !== undefined)
    return Object.fromEntries(
      Object.entries(properties).map(([key, each]) => [key, sample(each, key, things, resolved)]),
    );
  if (items !== undefined) return [sample(items, name, things, resolved)];
  const options = anyOf ?? oneOf;
  if (options !== undefined) {
    // Rather a list of cameras than the word for all of them.
    const option = options.find((each) => resolved(each).items !== undefined) ?? options[0] ?? {};
    return sample(option, name, things, resolved);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (/camera/i.test(name)) return things.cameraId;
  if (/event|^ids?$/i.test(name)) return things.eventId;
  return String(schema.example ?? 'x');
}
