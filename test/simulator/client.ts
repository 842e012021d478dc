import {
  type JsonObject,
  type SimulatedTenant,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/http/server.js';

export const tenantId = 'aaaaaaaa-0000-4000-8000-000000000001';

/** The n-th id of a kind: readable, and valid as a GUID. */
export const id = (kind: string, n: number) => `${kind.padEnd(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A symmetric signing key, the thing the product looks for; its `key` must never leave the simulator. */
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

export const anApplication = (n: number, more: JsonObject = {}): JsonObject => ({
  id: id('a', n),
  appId: id('c', n),
  displayName: `Application ${n}`,
  signInAudience: 'AzureADMyOrg',
  ...more,
});

export const aPrincipal = (n: number, more: JsonObject = {}): JsonObject => ({
  id: id('b', n),
  appId: id('c', n),
  displayName: `Application ${n}`,
  servicePrincipalType: 'Application',
  appOwnerOrganizationId: tenantId,
  ...more,
});

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

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any shape
  readonly json: any;
}

export interface AskOptions {
  readonly as?: 'reader' | 'remediator';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A simulator and a client of it. */
export interface Asked {
  readonly simulator: Simulator;
  /** Asks Graph; the path is below `/v1.0`, or a whole link. */
  ask(method: string, path: string, options?: AskOptions): Promise<Reply>;
  get(path: string, options?: AskOptions): Promise<Reply>;
  /** Every object of a listing, by following the next links. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into any shape
  all(path: string): Promise<any[]>;
}

const running: Simulator[] = [];

/** Closes what the tests started. */
export async function closeAll(): Promise<void> {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
}

/** Starts a simulator; the tenant is `aTenant()` unless given. */
export async function asked(options: Partial<SimulatorOptions> = {}): Promise<Asked> {
  const simulator = await startSimulator({ tenant: aTenant(), ...options });
  running.push(simulator);
  const ask: Asked['ask'] = async (method, path, { as = 'reader', body, headers = {} } = {}) => {
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
  const all: Asked['all'] = async (path) => {
    const { json } = await ask('GET', path);
    return [...json.value, ...(json['@odata.nextLink'] ? await all(json['@odata.nextLink']) : [])];
  };
  return { simulator, ask, get: (path, options) => ask('GET', path, options), all };
}

/** Reads an answer to its end. */
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

/** Asks the identity endpoint for a token. */
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
