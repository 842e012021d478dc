import { z } from 'zod';
import type { Inspector } from '../../jobs/ports/index.js';
import type { User } from '../../model/entra/user.js';
import { userProperties } from '../../model/entra/user.js';
import type { PermissionGrant } from '../../model/tenant/grants.js';
import { GraphCallError } from '../http/errors.js';
import { quoted } from '../http/odata-text.js';
import { type ReadContext, readAll, readOne } from '../http/read.js';
import { createSend, type GraphSettings } from '../http/send.js';
import { readAssignmentOf } from './user-assignment.js';

const text = z
  .string()
  .nullish()
  .transform(orNull<string>);
const flag = z
  .boolean()
  .nullish()
  .transform(orNull<boolean>);

/** Omits the value of a provisioning error, which is usually the address of a person. */
const provisioningError = z.object({ category: text, propertyCausingError: text, occurredDateTime: text });

const userSchema = z.object({
  id: z.string().min(1),
  userPrincipalName: z.string(),
  accountEnabled: flag,
  userType: text,
  lastPasswordChangeDateTime: text,
  passwordPolicies: text,
  signInSessionsValidFromDateTime: text,
  onPremisesSyncEnabled: flag,
  onPremisesLastSyncDateTime: text,
  onPremisesProvisioningErrors: z
    .array(provisioningError)
    .nullish()
    .transform((errors) => errors ?? []),
});

const grantSchema = z.object({
  clientId: z.string().min(1),
  resourceId: z.string().min(1),
  consentType: z.string(),
  scope: z.string().nullable(),
});
const assignmentSchema = z.object({ principalId: z.string(), appRoleId: z.string(), resourceId: z.string() });
const principalSchema = z.object({ appId: z.string().min(1) });
const listOf = <T>(item: z.ZodType<T>) => z.object({ value: z.array(item) });

/**
 * Reads one app and one user, for a diagnosis.
 * Source: Graph, get user, list oauth2PermissionGrants, list appRoleAssignments, list servicePrincipals.
 */
export function createInspector(settings: GraphSettings): Inspector {
  const send = createSend(settings);
  // Only reads of tenant parts use `granted`, and there are none here.
  const context = (signal?: AbortSignal): ReadContext => ({
    ...{ graph: settings.graph, send, signal },
    granted: async () => undefined,
  });
  return {
    user: (name, signal) => readUser(context(signal), name),
    grantsOf: (client, user, signal) => readGrantsOf(context(signal), client, user),
    appRolesHeldBy: (client, signal) =>
      readAll(context(signal), `/servicePrincipals/${encodeURIComponent(client)}/appRoleAssignments`, assignmentSchema),
    assignmentOf: (user, principal, signal) => readAssignmentOf(context(signal), user, principal),
    appIdNamed: (name, signal) => readAppIdNamed(context(signal), name),
  };
}

async function readUser(context: ReadContext, name: string): Promise<User | undefined> {
  try {
    return await readOne(context, `/users/${encodeURIComponent(name)}?$select=${userProperties.join(',')}`, userSchema);
  } catch (error) {
    if (error instanceof GraphCallError && error.call.status === 404) return undefined;
    throw error;
  }
}

/** There can be one grant per user. For those, one page is enough to know whether there are any. */
async function readGrantsOf(context: ReadContext, clientId: string, userId?: string): Promise<PermissionGrant[]> {
  const pathOf = (filter: string, top: number) =>
    `/oauth2PermissionGrants?$filter=${encodeURIComponent(filter)}&$select=clientId,resourceId,consentType,scope&$top=${top}`;
  const ofClient = `clientId eq ${quoted(clientId)} and`;
  const forAll = await readAll(context, pathOf(`${ofClient} consentType eq 'AllPrincipals'`, 999), grantSchema);
  const whose = userId === undefined ? `consentType eq 'Principal'` : `principalId eq ${quoted(userId)}`;
  const own = await readOne(context, pathOf(`${ofClient} ${whose}`, 100), listOf(grantSchema));
  return [...forAll, ...own.value];
}

async function readAppIdNamed(context: ReadContext, name: string): Promise<string | undefined> {
  const filter = encodeURIComponent(`servicePrincipalNames/any(n:n eq ${quoted(name)})`);
  const path = `/servicePrincipals?$filter=${filter}&$select=id,appId&$top=1`;
  try {
    return (await readOne(context, path, listOf(principalSchema))).value[0]?.appId;
  } catch (error) {
    // Graph's error quotes the filter, and the name comes from a request that a user pasted.
    if (!(error instanceof GraphCallError) || error.code !== 'graph-rejected') throw error;
    throw new GraphCallError(
      error.code,
      'Graph rejected GET /servicePrincipals by the name of the resource.',
      error.call,
    );
  }
}

function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
}
