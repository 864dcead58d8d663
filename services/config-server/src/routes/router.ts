/** Which path means what (contract §4.2). Over TLS for cameras; over plain HTTP there is health and a way to the page. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerError } from '../transport/answer.ts';
import type { ConnectionFacts, RequestListener } from '../transport/two-language-server.ts';
import { presign, type PresignParts } from './presign.ts';
import {
  provisioningId,
  refuseId,
  sendCertificates,
  sendConfig,
  type ProvisioningParts,
} from './provisioning.ts';
import { parseTarget, type Target } from './target.ts';
import { receiveUpload, uploadRoute, type UploadParts } from './uploads.ts';

export interface RouterParts {
  readonly provisioning: ProvisioningParts;
  readonly presign: PresignParts;
  readonly uploads: UploadParts;
  readonly health: (request: IncomingMessage, response: ServerResponse) => void;
  /** Where people find the page. */
  readonly dashboardUrl: string;
}

/** Requests of cameras. */
export function cameraRouter(parts: RouterParts): RequestListener {
  return (request, response, facts) => {
    const target = parseTarget(request.url ?? '/');
    const work = dispatch(parts, target, request, response, facts);
    work?.catch((error: unknown) => {
      parts.uploads.logger.error({ err: error, fact: 'request failed', target: request.url });
      answerError(request, response, 500, 'internal', 'Something went wrong here; the log has the details.');
    });
  };
}

function dispatch(
  parts: RouterParts,
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
  facts: ConnectionFacts,
): Promise<void> | undefined {
  const { method } = request;
  const [first, second, third, ...rest] = target.segments;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST' && method !== 'PUT') {
    answerError(request, response, 405, 'method', 'GET, POST and PUT only.', {
      Allow: 'GET, HEAD, POST, PUT',
    });
    return undefined;
  }
  if (method === 'PUT' || method === 'POST') {
    if (
      method === 'POST' &&
      first === 'fileservice' &&
      second === 'presignedUploadUrl' &&
      third === undefined
    )
      return presign(parts.presign, request, response, facts);
    const route = uploadRoute(target, parts.uploads.remembered);
    if (route !== undefined) return receiveUpload(parts.uploads, route, request, response, facts);
    // Any PUT is meant as an upload, whatever its path.
    if (method === 'PUT' || (first === 'fileservice' && second === 'upload')) {
      parts.uploads.counters.add('uploads_refused');
      answerError(request, response, 400, 'bad_upload', 'That is no upload path.');
      return undefined;
    }
  }
  if (first === 'health' && second === undefined && method !== 'POST') {
    parts.health(request, response);
    return undefined;
  }
  // A POST to these is answered like a GET; its body is ignored.
  if (!target.hostile && first === 'hivecam' && second !== undefined) {
    const isCertificate = second === 'cert' && third !== undefined;
    const id = provisioningId(isCertificate ? third : second);
    if (id === undefined || (isCertificate ? rest.length > 0 : third !== undefined || second === 'cert')) {
      refuseId(request, response);
      return undefined;
    }
    if (isCertificate) return sendCertificates(parts.provisioning, id, request, response, facts);
    sendConfig(parts.provisioning, id, request, response, facts);
    return undefined;
  }
  parts.uploads.counters.add('requests_unknown');
  answerError(request, response, 404, 'not_found', 'There is nothing here.');
  return undefined;
}

/** Requests in plain HTTP: people who typed the address. */
export function plainRouter(parts: Pick<RouterParts, 'health' | 'dashboardUrl'>): RequestListener {
  return (request, response) => {
    const { segments } = parseTarget(request.url ?? '/');
    if (segments.length === 1 && segments[0] === 'health') {
      parts.health(request, response);
      return;
    }
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    // Not to be remembered: the page's address is a setting.
    answerError(request, response, isRead ? 301 : 308, 'moved', `The page is at ${parts.dashboardUrl}`, {
      Location: parts.dashboardUrl,
      'Cache-Control': 'no-store',
    });
  };
}
