import { clouds, worldwide } from './clouds.js';

/** The endpoint of the token service that a request addresses. */
export interface TokenEndpoint {
  /** The host is one of the token service; the name of another host is never shown. */
  readonly isEntra: boolean;
  /** Lower case: a GUID, a domain name, or one of `common`, `organizations`, `consumers`. */
  readonly tenant: string;
  readonly version: 'v1.0' | 'v2.0';
  readonly leaf: 'token' | 'devicecode' | 'authorize';
}

const authorities = clouds.map(({ authority }) => new URL(authority).hostname);

/** Source: Microsoft identity platform, aliases of its hosts; B2C and external tenants have their own hosts. */
const otherHosts =
  /^(login\.windows\.net|login\.microsoft\.com|login\.partner\.microsoftonline\.cn|[\w-]+\.(b2clogin|ciamlogin)\.com)$/;

/**
 * Parses the URL of a token request.
 * @param url absolute, or a path as in a request line
 * @returns undefined where the URL is none of the three endpoints
 */
export function tokenEndpointIn(url: string): TokenEndpoint | undefined {
  const whole = url.startsWith('/') ? `${worldwide.authority}${url}` : url;
  if (!URL.canParse(whole)) return undefined;
  const { hostname, pathname } = new URL(whole);
  const found = /^\/([^/]+)\/(?:[^/]+\/)?oauth2\/(v2\.0\/)?(token|devicecode|authorize)\/?$/i.exec(pathname);
  const [, tenant, version, leaf] = found ?? [];
  if (!tenant || !leaf) return undefined;
  return {
    isEntra: authorities.includes(hostname) || otherHosts.test(hostname),
    tenant: tenant.toLowerCase(),
    version: version ? 'v2.0' : 'v1.0',
    leaf: leaf.toLowerCase() as TokenEndpoint['leaf'],
  };
}
