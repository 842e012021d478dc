import { z } from 'zod';
import { alertSettings } from '../alerts/settings.js';
import { clouds, worldwide } from '../model/entra/clouds.js';
import { clientId, guid, guids, isLoopback, list, optional, uri, wholeNumber } from '../settings/primitives.js';
import { telemetrySettings } from '../telemetry/settings.js';

/** The environment as settings: each is checked by itself. */
export const environmentSchema = z.object({
  GRAPH_ENDPOINT: optional(z.string().refine(isGraphEndpoint, graphEndpointRemedy())).transform((v) =>
    (v ?? worldwide.graph).replace(/\/+$/, ''),
  ),
  IDENTITY_ENDPOINT: optional(z.string()),
  IDENTITY_HEADER: optional(z.string()),
  AzureWebJobsStorage: optional(
    z
      .string()
      .refine(
        isConnectionString,
        'Give a storage connection string (AccountName=…;AccountKey=… or UseDevelopmentStorage=true), or use AzureWebJobsStorage__accountName with an identity.',
      ),
  ),
  AzureWebJobsStorage__accountName: optional(
    z.string().regex(/^[a-z0-9]{3,24}$/, 'Give the name of a storage account: 3 to 24 lower-case letters and digits.'),
  ),
  AzureWebJobsStorage__tableServiceUri: uri,
  AzureWebJobsStorage__queueServiceUri: uri,
  AzureWebJobsStorage__clientId: clientId,
  WEBSITE_AUTH_ENABLED: optional(z.string()),
  TENANT_ID: optional(guid('Give the directory (tenant) id, a GUID, or leave it out to read it from Graph.')),
  TENANT_IDS: guids('directory (tenant) ids'),
  MULTI_TENANT_CLIENT_ID: optional(
    guid('Give the application (client) id of the multi-tenant app, a GUID, or leave it out.'),
  ),
  SCAN_SCHEDULE: optional(
    z
      .string()
      .refine(
        isNcrontab,
        'Give six fields: second minute hour day month day-of-week, in UTC, for example "0 0 2 * * *".',
      ),
  ).transform((v) => v ?? '0 0 2 * * *'),
  READER_CLIENT_ID: clientId,
  MAX_RESOLVED_PERCENT: wholeNumber(0, 100, 30),
  REMEDIATOR_CLIENT_ID: clientId,
  REMEDIATION: optional(z.enum(['on', 'off'], 'Give on or off.')),
  APPROVAL_TTL_DAYS: wholeNumber(1, 90, 7),
  RETENTION_DAYS: wholeNumber(1, 3650, 400),
  RULES_OFF: optional(
    z
      .string()
      .refine(
        (text) => list(text).every((id) => /^[a-z-]+$/.test(id)),
        'Give ids of rules, separated by commas, as `consentinel rules` lists them.',
      ),
  ).transform((text) => list(text ?? '')),
  MAX_REMEDIATIONS_PER_RUN: wholeNumber(1, 1000, 20),
  ADMIN_CONSENT_REVIEWERS: guids('object ids of users'),
  FIRST_PARTY_APP_IDS: guids('application (client) ids'),
  FIRST_PARTY_TENANT_IDS: guids('tenant ids'),
  ...alertSettings({ list, isLoopback }),
  ...telemetrySettings(isLoopback),
});

/** Every setting there is. */
export const settingNames: readonly string[] = Object.keys(environmentSchema.shape);

/** The settings as they were read. */
export type Settings = z.infer<typeof environmentSchema>;

function isGraphEndpoint(value: string): boolean {
  const bare = value.replace(/\/+$/, '');
  return clouds.some(({ graph }) => graph === bare) || (isLoopback(bare) && new URL(bare).pathname === '/');
}

function graphEndpointRemedy(): string {
  return `Access tokens go to this address, so it must be one of ${clouds.map(({ graph }) => graph).join(', ')}, or http://127.0.0.1:PORT of a simulator.`;
}

function isConnectionString(value: string): boolean {
  return (
    /^UseDevelopmentStorage=true;?$/i.test(value) || /(^|;)(AccountName|TableEndpoint|QueueEndpoint)=/i.test(value)
  );
}

/** A coarse check: the Functions host has the last word on NCRONTAB. */
function isNcrontab(value: string): boolean {
  const fields = value.trim().split(/\s+/);
  return fields.length === 6 && fields.every((field) => /^[\d*,/\-a-z]+$/i.test(field));
}
