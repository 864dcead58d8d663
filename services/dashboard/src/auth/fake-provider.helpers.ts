/**
 * For tests: an OpenID provider over real HTTPS with a certificate of a private CA. It checks what a provider checks
 * (client secret, redirect URI, PKCE, one use of a code) and can be told to answer wrongly.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { testCertificates } from '@apiary/test-support';

export const clientId = 'apiary';
export const clientSecret = 'test-only-client-secret';

/** How an ID token is to differ from what is right. */
export interface Wrong {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly otherKey?: boolean;
  readonly noToken?: boolean;
}

export class FakeProvider {
  /** Who is logged in at the provider. */
  person: Record<string, unknown> = { sub: 'person-1', preferred_username: 'Ada', email: 'ada@example.com' };
  wrong: Wrong = {};
  /** What the token endpoint was sent. */
  readonly tokenRequests: URLSearchParams[] = [];
  readonly #codes = new Map<string, URLSearchParams>();
  readonly #keys = Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  #server: Server | undefined;
  #port = 0;

  get issuer(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const { pairs } = await testCertificates();
    const { certificate, key } = pairs.dashboard;
    this.#server = createServer({ cert: certificate, key }, (request, response) => {
      void this.#answer(request).then(({ status, body, location }) => {
        response.writeHead(status, {
          'content-type': 'application/json',
          ...(location === undefined ? {} : { location }),
        });
        response.end(body === undefined ? '' : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body?: unknown; location?: string }> {
    const url = new URL(request.url ?? '', this.issuer);
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return { status: 200, body: this.#metadata() };
      case '/jwks': {
        const [{ publicKey }] = await this.#keys;
        return {
          status: 200,
          body: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' }] },
        };
      }
      case '/authorize': {
        const code = randomUUID();
        this.#codes.set(code, url.searchParams);
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('code', code);
        back.searchParams.set('state', url.searchParams.get('state') ?? '');
        return { status: 303, location: back.href };
      }
      case '/token':
        return this.#token(request);
      default:
        return { status: 404, body: {} };
    }
  }

  #metadata(): object {
    const { issuer } = this;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      end_session_endpoint: `${issuer}/logout`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    };
  }

  async #token(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = new URLSearchParams(text);
    this.tokenRequests.push(body);
    const asked = this.#codes.get(body.get('code') ?? '');
    this.#codes.delete(body.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    if (!isClient(request.headers.authorization)) return { status: 401, body: { error: 'invalid_client' } };
    if (
      asked?.get('code_challenge') !== challenge ||
      asked.get('code_challenge_method') !== 'S256' ||
      asked.get('redirect_uri') !== body.get('redirect_uri')
    )
      return { status: 400, body: { error: 'invalid_grant' } };
    const idToken = await this.#idToken(asked.get('nonce'));
    return {
      status: 200,
      body: {
        access_token: 'a',
        token_type: 'Bearer',
        expires_in: 60,
        ...(this.wrong.noToken === true ? {} : { id_token: idToken }),
      },
    };
  }

  async #idToken(nonce: string | null): Promise<string> {
    const [right, other] = await this.#keys;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.issuer,
      aud: clientId,
      iat: now,
      exp: now + 60,
      nonce,
      ...this.person,
      ...this.wrong.claims,
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .sign((this.wrong.otherKey === true ? other : right).privateKey);
  }
}

/** Basic, name and secret form-encoded first (RFC 6749 §2.3.1). */
function isClient(authorization = ''): boolean {
  const text = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  const [name, secret] = text.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
  return name === clientId && secret === clientSecret;
}
