import { z } from 'zod';
import { isGuid } from '../model/entra/guid.js';
import { isLoopback } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';

/** For a connection string without an endpoint. Source: Application Insights, connection strings. */
const globalEndpoint = 'https://dc.services.visualstudio.com';

/** Azure Functions gives both settings the same meaning. */
export const telemetrySettings = z.object({
  connectionString: setting('APPLICATIONINSIGHTS_CONNECTION_STRING', {
    schema: z
      .string()
      .refine(
        isConnection,
        'Give the connection string of an Application Insights resource: InstrumentationKey=GUID;IngestionEndpoint=https://…',
      ),
    secret: true,
    meaning:
      'connection string of an Application Insights resource, for traces, metrics and the log of the Functions host ([operate.md](operate.md#telemetry)). Without it, Consentinel sends none',
  }),
  authentication: setting('APPLICATIONINSIGHTS_AUTHENTICATION_STRING', {
    schema: z
      .string()
      .refine(
        isAuthentication,
        'Give Authorization=AAD, with ClientId=GUID before it for a user-assigned identity, or remove the setting.',
      ),
    meaning:
      '`Authorization=AAD`, with `ClientId=…;` before it for a user-assigned identity: authenticates with a token instead of the key in the connection string',
  }),
});

/** Where telemetry goes, and with which identity. */
export interface TelemetryConfig {
  readonly connectionString: string;
  /** The ingestion endpoint, without a trailing slash. */
  readonly endpoint: string;
  /** Undefined if the key in the connection string is enough. */
  readonly identity?: { readonly clientId?: string };
}

/** @returns undefined where telemetry is off */
export function telemetryOf(s: z.output<typeof telemetrySettings>): TelemetryConfig | undefined {
  const { connectionString } = s;
  if (!connectionString) return undefined;
  const { ingestionendpoint = globalEndpoint } = membersOf(connectionString);
  const endpoint = ingestionendpoint.replace(/\/+$/, '');
  const { authorization, clientid: clientId } = membersOf(s.authentication ?? '');
  return { connectionString, endpoint, ...(authorization && { identity: { ...(clientId && { clientId }) } }) };
}

function isConnection(value: string): boolean {
  const { instrumentationkey = '', ingestionendpoint: endpoint = globalEndpoint } = membersOf(value);
  return isKey(instrumentationkey) && (isLoopback(endpoint) || isHttps(endpoint));
}

function isAuthentication(value: string): boolean {
  const { authorization, clientid = undefined } = membersOf(value);
  return authorization === 'AAD' && (clientid === undefined || isGuid(clientid));
}

/** Instrumentation keys are in lower case. */
function isKey(value: string): boolean {
  return isGuid(value) && value === value.toLowerCase();
}

function isHttps(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === 'https:' && !new URL(value).username;
}

/** The members of `Name=value;Name=value`, by name in lower case. */
function membersOf(text: string): Partial<Record<string, string>> {
  const members = text.split(';').filter(Boolean);
  return Object.fromEntries(
    members.map((member) => {
      const [name = '', ...value] = member.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
}
