import { z } from 'zod';
import { isGuid } from '../model/entra/guid.js';
import { optional } from '../settings/primitives.js';

/** The destination of telemetry, and the identity that sends it. */
export interface TelemetryConfig {
  readonly connectionString: string;
  /** The ingestion endpoint, without a trailing slash. */
  readonly endpoint: string;
  /** Undefined if the key in the connection string is enough. */
  readonly identity?: { readonly clientId?: string };
}

/** The endpoint of a connection string without one. Source: Application Insights, connection strings. */
const globalEndpoint = 'https://dc.services.visualstudio.com';

/** The telemetry settings as zod members. Both have the same meaning in Azure Functions. */
export function telemetrySettings(isLoopback: (value: string) => boolean) {
  const isConnection = (value: string) => {
    const { instrumentationkey = '', ingestionendpoint: endpoint = globalEndpoint } = membersOf(value);
    return isKey(instrumentationkey) && (isLoopback(endpoint) || isHttps(endpoint));
  };
  return {
    APPLICATIONINSIGHTS_CONNECTION_STRING: optional(
      z
        .string()
        .refine(
          isConnection,
          'Give the connection string of an Application Insights resource: InstrumentationKey=GUID;IngestionEndpoint=https://…',
        ),
    ),
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: optional(
      z
        .string()
        .refine(
          isAuthentication,
          'Give Authorization=AAD, with ClientId=GUID before it for a user-assigned identity, or leave it out.',
        ),
    ),
  };
}

/** The parsed telemetry settings. */
export type TelemetrySettings = z.infer<z.ZodObject<ReturnType<typeof telemetrySettings>>>;

/** The configuration of telemetry. @returns undefined if telemetry is off */
export function telemetryConfigOf(s: TelemetrySettings): TelemetryConfig | undefined {
  const { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString } = s;
  if (!connectionString) return undefined;
  const { ingestionendpoint = globalEndpoint } = membersOf(connectionString);
  const endpoint = ingestionendpoint.replace(/\/+$/, '');
  const { authorization, clientid: clientId } = membersOf(s.APPLICATIONINSIGHTS_AUTHENTICATION_STRING ?? '');
  return { connectionString, endpoint, ...(authorization && { identity: { ...(clientId && { clientId }) } }) };
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

/** The members of `Name=value;Name=value`, with names in lower case: they are case-insensitive. */
function membersOf(text: string): Partial<Record<string, string>> {
  const members = text.split(';').filter(Boolean);
  return Object.fromEntries(
    members.map((member) => {
      const [name = '', ...value] = member.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()];
    }),
  );
}
