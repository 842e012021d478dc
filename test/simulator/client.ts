import {
  type JsonObject,
  type SimulatedTenant,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/http/server.js';

/** The id of the simulated tenant. */
export const tenantId = 'aaaaaaaa-0000-4000-8000-000000000001';

/**
 * A readable id with the form of a GUID.
 * @param kind the first digits: `a` for applications, `b` for service principals, `c` for appIds, `5` and `6` for keys
 * @param n the number at the end
 */
export const id = (kind: string, n: number) => `${kind.padEnd(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A symmetric signing key. Its `key` must not leave the simulator. */
export const signingKey: JsonObject = {
  keyId: id('5', 1),
  type: 'Symmetric',
  usage: 'Sign',
  key: 'c3ltbWV0cmljIHNlY3JldA==',
  customKeyIdentifier: null,
  displayName: null,
  startDateTime: '2019-03-01T00:00:00Z',
  endDateTime: '2029-03-01T00:00:00.1234567Z',
};

/** A certificate, whose `key` is public. */
export const certificate: JsonObject = {
  ...signingKey,
  keyId: id('5', 2),
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
  key: 'cHVibGljIGNlcnRpZmljYXRl',
  customKeyIdentifier: '1F2E3D4C5B6A79880102030405060708090A0B0C',
  displayName: 'CN=payroll',
};

/** The n-th application; `more` overrides its properties. */
export const anApplication = (n: number, more: JsonObject = {}): JsonObject => ({
  id: id('a', n),
  appId: id('c', n),
  displayName: `Application ${n}`,
  signInAudience: 'AzureADMyOrg',
  ...more,
});

/** The service principal of the n-th application; `more` overrides its properties. */
export const aPrincipal = (n: number, more: JsonObject = {}): JsonObject => ({
  id: id('b', n),
  appId: id('c', n),
  displayName: `Application ${n}`,
  servicePrincipalType: 'Application',
  appOwnerOrganizationId: tenantId,
  ...more,
});

/** A tenant with three applications, of which the first two have a service principal; `more` overrides its parts. */
export const aTenant = (more: Partial<SimulatedTenant> = {}): SimulatedTenant => ({
  id: tenantId,
  displayName: 'Contoso',
  applications: [anApplication(1), anApplication(2), anApplication(3)],
  servicePrincipals: [aPrincipal(1), aPrincipal(2)],
  policies: {
    authorizationPolicy: { id: 'authorizationPolicy', defaultUserRolePermissions: { allowedToCreateApps: true } },
    adminConsentRequestPolicy: { isEnabled: false, version: 0, reviewers: [] },
  },
  ...more,
});

/** A complete response. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined if it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any shape
  readonly json: any;
}

export interface RequestOptions {
  /** The identity that sends the request. @default 'reader' */
  readonly as?: 'reader' | 'remediator';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A simulator with a client for its Graph. */
export interface SimulatorClient {
  readonly simulator: Simulator;
  /** Sends a request to Graph. The path is below `/v1.0`, or a complete link. */
  request(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  /** Sends a GET request. */
  get(path: string, options?: RequestOptions): Promise<Reply>;
  /** All objects of a listing. Follows the next links. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any shape
  all(path: string): Promise<any[]>;
}

const running: Simulator[] = [];

/** Closes the simulators of `startClient`. */
export async function closeSimulators(): Promise<void> {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
}

/** Starts a simulator, by default with the tenant `aTenant()`. */
export async function startClient(options: Partial<SimulatorOptions> = {}): Promise<SimulatorClient> {
  const simulator = await startSimulator({ tenant: aTenant(), ...options });
  running.push(simulator);
  const request: SimulatorClient['request'] = async (method, path, { as = 'reader', body, headers = {} } = {}) => {
    const url = path.startsWith('https://')
      ? path.replace('https://graph.microsoft.com', simulator.origin)
      : `${simulator.origin}/v1.0${path}`;
    const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const authorization = `Bearer ${await tokenOf(simulator, as)}`;
    return reply(
      await fetch(url, {
        method,
        headers: { authorization, ...json, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  };
  const all: SimulatorClient['all'] = async (path) => {
    const { json } = await request('GET', path);
    return [...json.value, ...(json['@odata.nextLink'] ? await all(json['@odata.nextLink']) : [])];
  };
  return { simulator, request, get: (path, options) => request('GET', path, options), all };
}

/** Reads a complete response. */
export async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text ? JSON.parse(text) : undefined,
  };
}

/** Gets a token from the identity endpoint. */
export async function tokenOf(
  { settings }: Simulator,
  as: 'reader' | 'remediator' = 'reader',
  resource = 'https://graph.microsoft.com',
): Promise<string> {
  const clientId = as === 'reader' ? settings.READER_CLIENT_ID : settings.REMEDIATOR_CLIENT_ID;
  const query = `resource=${resource}&api-version=2019-08-01&client_id=${clientId}`;
  const response = await fetch(`${settings.IDENTITY_ENDPOINT}?${query}`, {
    headers: { 'X-IDENTITY-HEADER': settings.IDENTITY_HEADER },
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
