/**
 * First contact as the firmware does it (contract §4): configuration, then certificates, read by the key names real
 * cameras read. A reply that lacks one of them is refused with words that name it.
 */
import { z } from 'zod';
import { RecoverableError } from '@apiary/base/errors';
import { firmwareFetch, type ConnectTo, type FirmwareResponse, type LeadingSlash } from './firmware-https.ts';

const configSchema = z.looseObject({
  mqtt: z.looseObject({
    broker: z.string().min(1),
    port: z.number().int(),
    topics: z.looseObject({
      connect: z.string().min(1),
      disconnect: z.string().min(1),
      status: z.string().min(1),
      publish: z.string().min(1),
      subscribe: z.string().min(1),
    }),
  }),
  statusInterval: z.number().positive(),
  fileUploadServerUrl: z.url(),
  certificateServerUrl: z.url(),
});
export type DeviceConfig = z.output<typeof configSchema>;

const certificatesSchema = z.looseObject({
  certificatePem: z.string().includes('BEGIN CERTIFICATE'),
  privateKey: z.string().includes('PRIVATE KEY'),
  caCertificate: z.string().includes('BEGIN CERTIFICATE'),
});
export interface DeviceCertificates {
  readonly certificatePem: string;
  readonly privateKey: string;
  readonly caCertificate: string;
}

export interface ProvisioningOptions {
  readonly cameraId: string;
  /** `serverConf.configSrvHost` of the camera's database: `host:port`, or a host alone for 443. */
  readonly configHost: string;
  readonly ca: string;
  /** POST where GET is meant, as some cameras do. */
  readonly usePost: boolean;
  readonly leadingSlash?: LeadingSlash;
  readonly connectTo?: ConnectTo;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export async function fetchConfig(options: ProvisioningOptions): Promise<DeviceConfig> {
  const reply = await ask(options, `https://${options.configHost}/hivecam/${options.cameraId}`);
  return parseReply(configSchema, reply, 'configuration');
}

export async function fetchCertificates(
  options: ProvisioningOptions,
  certificateServerUrl: string,
): Promise<DeviceCertificates> {
  const reply = await ask(
    options,
    `${certificateServerUrl.replace(/\/+$/, '')}/hivecam/cert/${options.cameraId}`,
  );
  const { certificatePem, privateKey, caCertificate } = parseReply(certificatesSchema, reply, 'certificates');
  return { certificatePem, privateKey, caCertificate };
}

async function ask(options: ProvisioningOptions, url: string): Promise<FirmwareResponse> {
  const reply = await firmwareFetch({
    ...options,
    url,
    method: options.usePost ? 'POST' : 'GET',
    // The body of a POST here is ignored by the platform, but its Content-Length is always sent.
    ...(options.usePost ? { body: Buffer.from('{}'), headers: { 'Content-Type': 'application/json' } } : {}),
  });
  if (reply.status !== 200) throw new RecoverableError(`${url} answered ${reply.status}`);
  return reply;
}

function parseReply<T>(schema: z.ZodType<T>, reply: FirmwareResponse, what: string): T {
  let json: unknown;
  try {
    json = JSON.parse(reply.body.toString('utf8'));
  } catch (error) {
    throw new RecoverableError(`the ${what} reply is not JSON`, { cause: error });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new RecoverableError(`the ${what} reply does not fit: ${faults.join('; ')}`);
}
