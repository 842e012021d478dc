import type { ObjectName } from '../directory/object-name.js';
import type { World } from '../directory/world.js';
import {
  deleteObject,
  patchObject,
  patchPolicy,
  postServicePrincipal,
  putConsentRequestPolicy,
  restoreObject,
} from '../directory/writes.js';
import type { PageFault } from '../faults/fault.js';
import { sendMail } from '../mail/mail.js';
import type { Answer } from '../protocol/answer.js';
import { denied } from '../protocol/graph-error.js';
import type { GraphRequest } from '../protocol/graph-request.js';
import {
  listAppRoleAssignedTo,
  listAppRoleAssignments,
  listClassifications,
  listGrants,
} from '../query/grant-reads.js';
import { countObjects, listObjects } from '../query/listing.js';
import { readClaimsMappingPolicies, readDeleted, readObject, readOwners, readPolicy } from '../query/reads.js';
import { answerDomains, answerOnPremisesSynchronization, answerOrganization, readUser } from '../query/tenant-reads.js';
import type { CollectionName } from '../schema/tenant.js';

/** What a route's handler works with. */
export interface RouteContext {
  readonly world: World;
  readonly request: GraphRequest;
  /** The groups of the path pattern. */
  readonly groups: readonly (string | undefined)[];
  readonly pageFault: PageFault | undefined;
}

/** A method and a path, the application permissions of which any suffices, and the answer. */
export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly permissions: readonly string[];
  answer(context: RouteContext): Answer;
}

// Source of the permissions: Microsoft Graph permissions reference, application scheme, by path.
const readApplications = words(
  'Application.Read.All Application.ReadWrite.OwnedBy Application.ReadWrite.All Directory.Read.All Directory.ReadWrite.All',
);
const writeApplications = words('Application.ReadWrite.OwnedBy Application.ReadWrite.All');
const writePrincipals = [...writeApplications, 'Directory.ReadWrite.All'];
const readOrganizations = words(
  'Organization.Read.All Organization.ReadWrite.All Directory.Read.All Directory.ReadWrite.All',
);
const readUsers = words('User.Read.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All');
const readGrants = words(
  'DelegatedPermissionGrant.Read.All DelegatedPermissionGrant.ReadWrite.All Directory.Read.All Directory.ReadWrite.All',
);
const readGrantPolicies = words('Policy.Read.PermissionGrant Policy.ReadWrite.PermissionGrant');

const list = /^\/(applications|servicePrincipals)$/;
const count = /^\/(applications|servicePrincipals)\/\$count$/;
const named = String.raw`(?:\/([^/()$]+)|\(appId='([^']+)'\))`;
const object = new RegExp(String.raw`^\/(applications|servicePrincipals)${named}$`);
const owners = new RegExp(String.raw`^\/(applications|servicePrincipals)${named}\/owners$`);
const of = (list: string) => new RegExp(String.raw`^\/(servicePrincipals)${named}\/${list}$`);
const claimsPolicies = new RegExp(String.raw`^\/(servicePrincipals)${named}\/claimsMappingPolicies$`);
const application = new RegExp(String.raw`^\/(applications)${named}$`);
const principal = new RegExp(String.raw`^\/(servicePrincipals)${named}$`);
const deleted = /^\/directory\/deletedItems\/microsoft\.graph\.(application|servicePrincipal)$/;

/** All that the simulator answers under `/v1.0`, but for `$batch`. */
export const routes: readonly Route[] = [
  route('GET', list, readApplications, ({ world, request, groups, pageFault }) =>
    listObjects(world.directory.collection(groups[0] as CollectionName), request, world, pageFault),
  ),
  route('GET', count, readApplications, ({ world, request, groups }) =>
    countObjects(world.directory.collection(groups[0] as CollectionName), request),
  ),
  route('GET', object, readApplications, ({ world, request, groups }) => readObject(world, request, nameIn(groups))),
  route('GET', owners, readApplications, ({ world, request, groups }) => readOwners(world, request, nameIn(groups))),
  route('GET', claimsPolicies, ['Policy.Read.All', 'Application.ReadWrite.All'], ({ world, groups }) =>
    readClaimsMappingPolicies(world, nameIn(groups)),
  ),
  route('GET', of('appRoleAssignedTo'), readApplications, ({ world, request, groups }) =>
    listAppRoleAssignedTo(world, request, nameIn(groups)),
  ),
  route('GET', of('appRoleAssignments'), readApplications, ({ world, request, groups }) =>
    listAppRoleAssignments(world, request, nameIn(groups)),
  ),
  route('GET', of('delegatedPermissionClassifications'), readApplications, ({ world, request, groups }) =>
    listClassifications(world, request, nameIn(groups)),
  ),
  route('GET', /^\/oauth2PermissionGrants$/, readGrants, ({ world, request }) => listGrants(world, request)),
  route('PATCH', application, writeApplications, ({ world, request, groups }) =>
    patchObject(world, request, nameIn(groups)),
  ),
  route('PATCH', principal, writePrincipals, ({ world, request, groups }) =>
    patchObject(world, request, nameIn(groups)),
  ),
  route('DELETE', application, writeApplications, ({ world, request, groups }) =>
    deleteObject(world, request, nameIn(groups)),
  ),
  route('DELETE', principal, writePrincipals, ({ world, request, groups }) =>
    deleteObject(world, request, nameIn(groups)),
  ),
  route('POST', /^\/servicePrincipals$/, writePrincipals, ({ world, request }) => postServicePrincipal(world, request)),
  route('GET', deleted, readApplications, ({ world, request, groups }) =>
    readDeleted(world, request, `${groups[0]}s` as CollectionName),
  ),
  route('POST', /^\/directory\/deletedItems\/([^/]+)\/restore$/, ['Application.ReadWrite.All'], ({ world, groups }) =>
    restoreObject(world, groups[0] ?? ''),
  ),
  route('GET', /^\/organization$/, readOrganizations, ({ world, request }) => answerOrganization(world, request)),
  route('GET', /^\/domains$/, words('Domain.Read.All Domain.ReadWrite.All'), ({ world, request }) =>
    answerDomains(world, request),
  ),
  route('GET', /^\/users\/([^/]+)$/, readUsers, ({ world, request, groups }) =>
    readUser(world, request, groups[0] ?? ''),
  ),
  // The reference lists this path for delegated permissions only: whether the application role suffices is not settled.
  route('GET', /^\/directory\/onPremisesSynchronization$/, ['OnPremDirectorySynchronization.Read.All'], ({ world }) =>
    answerOnPremisesSynchronization(world),
  ),
  route(
    'GET',
    /^\/policies\/(permissionGrantPolicies)(?:\/([^/]+)(?:\/(includes|excludes))?)?$/,
    readGrantPolicies,
    readPolicies,
  ),
  route('GET', /^\/policies\/([^/]+)(?:\/([^/]+))?$/, ['Policy.Read.All'], readPolicies),
  route('PUT', /^\/policies\/adminConsentRequestPolicy$/, ['Policy.ReadWrite.ConsentRequest'], ({ world, request }) =>
    putConsentRequestPolicy(world, request),
  ),
  route(
    'PATCH',
    /^\/policies\/(defaultAppManagementPolicy)$/,
    ['Policy.ReadWrite.ApplicationConfiguration'],
    writePolicy,
  ),
  route('PATCH', /^\/policies\/(authorizationPolicy)$/, ['Policy.ReadWrite.Authorization'], writePolicy),
  route('POST', /^\/users\/([^/]+)\/sendMail$/, ['Mail.Send'], ({ world, request, groups }) =>
    sendMail(world.mails, groups[0] ?? '', request.body),
  ),
];

/**
 * Refuses a caller that has none of a route's permissions.
 * @throws GraphError 403
 */
export function authorize(route: Route, { identity }: GraphRequest): void {
  if (!route.permissions.some((permission) => identity.roles.has(permission))) throw denied();
}

function route(
  method: string,
  path: RegExp,
  permissions: readonly string[],
  answer: (context: RouteContext) => Answer,
): Route {
  return { method, path, permissions, answer };
}

function readPolicies({ world, groups }: RouteContext): Answer {
  return readPolicy(
    world,
    groups.filter((group) => group !== undefined),
  );
}

function writePolicy({ world, request, groups }: RouteContext): Answer {
  return patchPolicy(world, request, groups[0] ?? '');
}

function nameIn([collection, id, appId]: readonly (string | undefined)[]): ObjectName {
  return { collection: collection as CollectionName, id, appId };
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
