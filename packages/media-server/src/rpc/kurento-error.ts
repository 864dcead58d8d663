/** Kurento's errors as measured (docs/ref/media-server.md): code, type and message of each. */

const codes = {
  MARSHALL_ERROR: 40001,
  UNEXPECTED_ERROR: 40004,
  INVALID_SESSION: 40007,
  MALFORMED_TRANSACTION: 40008,
  NOT_ENOUGH_RESOURCES: 40009,
  MEDIA_OBJECT_NOT_FOUND: 40101,
  MEDIA_OBJECT_EVENT_NOT_SUPPORTED: 40106,
  MEDIA_OBJECT_ILLEGAL_PARAM_ERROR: 40107,
  MEDIA_OBJECT_NOT_AVAILABLE: 40108,
  SDP_PARSE_ERROR: 40201,
  SDP_END_POINT_NO_LOCAL_SDP_ERROR: 40202,
  SDP_END_POINT_ALREADY_NEGOTIATED: 40208,
} as const;

export class KurentoError extends Error {
  override readonly name = 'KurentoError';
  readonly type: keyof typeof codes;

  constructor(type: keyof typeof codes, message: string) {
    super(message);
    this.type = type;
  }

  get code(): number {
    return codes[this.type];
  }
}

export const objectNotFound = (id: string): KurentoError =>
  new KurentoError('MEDIA_OBJECT_NOT_FOUND', `Object '${id}' not found`);
export const parameterMissing = (name: string): KurentoError =>
  new KurentoError('MARSHALL_ERROR', `'${name}' is required`);
