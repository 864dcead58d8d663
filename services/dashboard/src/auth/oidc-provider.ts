/**
 * The identity provider over the wire: discovery, the way there, the way back. Found when it is needed, not at the
 * start: a provider that is away keeps nobody from logging in with a password.
 */
import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import * as client from 'openid-client';
import { Agent, fetch as undiciFetch } from 'undici';
import { FatalError, errorMessage } from '@apiary/base/errors';

export interface OidcProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly scopes: string;
  /** PEM file of a private CA that signed the provider's certificate. */
  readonly caFile: string | undefined;
}

/** What must be the same when the browser comes back. */
export interface OidcAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

const timeoutSeconds = 8;
const discoveryLifeMs = 3_600_000;

export class OidcProvider {
  readonly #options: OidcProviderOptions;
  readonly #fetch: client.CustomFetch;
  #found: { readonly configuration: Promise<client.Configuration>; readonly at: number } | undefined;

  private constructor(options: OidcProviderOptions, fetch: client.CustomFetch) {
    this.#options = options;
    this.#fetch = fetch;
  }

  /** @throws FatalError when the CA file cannot be read */
  static async open(options: OidcProviderOptions): Promise<OidcProvider> {
    const dispatcher = new Agent({
      connect: { timeout: timeoutSeconds * 1000, ...(await authorities(options.caFile)) },
    });
    const fetch = (url: string, init: client.CustomFetchOptions) =>
      undiciFetch(url, { ...init, dispatcher } as never) as unknown as Promise<Response>;
    return new OidcProvider(options, fetch);
  }

  /** Where the browser is to go, and what to remember. */
  async start(redirectUri: string): Promise<{ url: URL; attempt: OidcAttempt }> {
    const configuration = await this.#configuration();
    const attempt = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: this.#options.scopes,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url, attempt };
  }

  /**
   * Claims of who logged in, from the ID token, whose signature, issuer, audience, time and nonce are checked.
   * @param cameBackTo the redirect URI with the query the browser came back with
   */
  async finish(cameBackTo: URL, { state, nonce, codeVerifier }: OidcAttempt): Promise<client.IDToken> {
    const tokens = await client.authorizationCodeGrant(await this.#configuration(), cameBackTo, {
      pkceCodeVerifier: codeVerifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('the provider gave no ID token');
    return claims;
  }

  /** Where the browser ends its login at the provider; undefined: it offers no such place. */
  async logoutUrl(returnTo: string): Promise<URL | undefined> {
    const configuration = await this.#configuration();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
    return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo });
  }

  #configuration(): Promise<client.Configuration> {
    if (this.#found !== undefined && Date.now() - this.#found.at < discoveryLifeMs)
      return this.#found.configuration;
    const configuration = this.#discover();
    this.#found = { configuration, at: Date.now() };
    configuration.catch(() => (this.#found = undefined));
    return configuration;
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    const options = {
      [client.customFetch]: this.#fetch,
      timeout: timeoutSeconds,
      execute: [client.enableNonRepudiationChecks],
    };
    const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), options);
    if (clientSecret === undefined) return found;
    const metadata = found.serverMetadata();
    const methods = metadata.token_endpoint_auth_methods_supported;
    // Left out, the provider takes `client_secret_basic` (OpenID Connect Discovery §3).
    const post = methods?.includes('client_secret_post') === true;
    const configuration = new client.Configuration(
      metadata,
      clientId,
      clientSecret,
      post ? client.ClientSecretPost(clientSecret) : client.ClientSecretBasic(clientSecret),
    );
    configuration[client.customFetch] = this.#fetch;
    configuration.timeout = timeoutSeconds;
    client.enableNonRepudiationChecks(configuration);
    return configuration;
  }
}

async function authorities(caFile: string | undefined): Promise<{ ca?: string[] }> {
  if (caFile === undefined) return {};
  try {
    return { ca: [...rootCertificates, await readFile(caFile, 'utf8')] };
  } catch (error) {
    throw new FatalError(`OIDC_CA_FILE: cannot read ${caFile} (${errorMessage(error)}).`, { cause: error });
  }
}
