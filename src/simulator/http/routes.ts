import type { ObjectName } from '../directory/object-name.js';
import {
  deleteObject,
  patchObject,
  postApplication,
  postServicePrincipal,
  restoreObject,
} from '../directory/object-writes.js';
import { patchPolicy, putConsentRequestPolicy } from '../directory/policy-writes.js';
import { addTokenSigningCertificate, postClassification } from '../directory/principal-actions.js';
import { sendMail } from '../mail/send-mail.js';
import type { Answer } from '../protocol/answer.js';
import { listDirectoryAudits, listSignIns } from '../query/audit-log-reads.js';
import { listAppliesTo, listClaimsMappingPolicies } from '../query/claims-mapping-reads.js';
import { answerDelta, objectsSource } from '../query/delta-reads.js';
import {
  grantsSource,
  listAppRoleAssignedTo,
  listAppRoleAssignments,
  listClassifications,
  listGrants,
  listMemberships,
  listUserAssignments,
  readGrant,
} from '../query/grant-reads.js';
import { countObjects, listObjects } from '../query/list-objects.js';
import {
  readApplicationList,
  readClaimsMappingPolicies,
  readDeleted,
  readObject,
  readOwners,
} from '../query/object-reads.js';
import { readPolicy } from '../query/policy-reads.js';
import {
  answerDomains,
  answerOnPremisesSynchronization,
  answerOrganization,
  answerUser,
} from '../query/tenant-reads.js';
import type { CollectionName } from '../schema/tenant.js';
import { type Route, type RouteContext, route } from './route.js';

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
const readMemberships = [...readUsers, 'GroupMember.Read.All', 'Group.Read.All', 'Group.ReadWrite.All'];
const readGrants = words(
  'DelegatedPermissionGrant.Read.All DelegatedPermissionGrant.ReadWrite.All Directory.Read.All Directory.ReadWrite.All',
);
const readGrantPolicies = words('Policy.Read.PermissionGrant Policy.ReadWrite.PermissionGrant');

const list = /^\/(applications|servicePrincipals)$/;
const count = /^\/(applications|servicePrincipals)\/\$count$/;
const delta = /^\/(applications|servicePrincipals)\/delta$/;
const named = String.raw`(?:\/([^/()$]+)|\(appId='([^']+)'\))`;
const object = new RegExp(String.raw`^\/(applications|servicePrincipals)${named}$`);
const owners = new RegExp(String.raw`^\/(applications|servicePrincipals)${named}\/owners$`);
const subCollection = (list: string) => new RegExp(String.raw`^\/(servicePrincipals)${named}\/${list}$`);
const claimsPolicies = new RegExp(String.raw`^\/(servicePrincipals)${named}\/claimsMappingPolicies$`);
const applicationList = new RegExp(
  String.raw`^\/(applications)${named}\/(federatedIdentityCredentials|extensionProperties)$`,
);
const application = new RegExp(String.raw`^\/(applications)${named}$`);
const principal = new RegExp(String.raw`^\/(servicePrincipals)${named}$`);
const deleted = /^\/directory\/deletedItems\/microsoft\.graph\.(application|servicePrincipal)$/;

/** All routes under `/v1.0`, except `$batch`. */
export const routes: readonly Route[] = [
  route('GET', list, readApplications, ({ state, request, groups, pageFault }) =>
    listObjects(state.directory.collection(groups[0] as CollectionName), request, state, pageFault),
  ),
  route('GET', count, readApplications, ({ state, request, groups }) =>
    countObjects(state.directory.collection(groups[0] as CollectionName), request),
  ),
  route('GET', delta, readApplications, ({ state, request, groups, pageFault }) =>
    answerDelta(
      objectsSource(state.directory.collection(groups[0] as CollectionName), state),
      request,
      state,
      pageFault,
    ),
  ),
  route('GET', object, readApplications, ({ state, request, groups }) => readObject(state, request, nameIn(groups))),
  route('GET', owners, readApplications, ({ state, request, groups }) => readOwners(state, request, nameIn(groups))),
  route('GET', applicationList, readApplications, ({ state, groups }) =>
    readApplicationList(state, nameIn(groups), groups[3] as 'extensionProperties' | 'federatedIdentityCredentials'),
  ),
  route('GET', claimsPolicies, ['Policy.Read.All', 'Application.ReadWrite.All'], ({ state, groups }) =>
    readClaimsMappingPolicies(state, nameIn(groups)),
  ),
  route('GET', subCollection('appRoleAssignedTo'), readApplications, ({ state, request, groups, pageFault }) =>
    listAppRoleAssignedTo(state, request, nameIn(groups), pageFault),
  ),
  route('GET', subCollection('appRoleAssignments'), readApplications, ({ state, request, groups, pageFault }) =>
    listAppRoleAssignments(state, request, nameIn(groups), pageFault),
  ),
  route(
    'GET',
    subCollection('delegatedPermissionClassifications'),
    readApplications,
    ({ state, request, groups, pageFault }) => listClassifications(state, request, nameIn(groups), pageFault),
  ),
  route('GET', /^\/oauth2PermissionGrants$/, readGrants, ({ state, request, pageFault }) =>
    listGrants(state, request, pageFault),
  ),
  // The page of the delta names Directory.Read.All as the least permission, as that of the listing does.
  route('GET', /^\/oauth2PermissionGrants\/delta$/, readGrants, ({ state, request, pageFault }) =>
    answerDelta(grantsSource(state), request, state, pageFault),
  ),
  route('GET', /^\/oauth2PermissionGrants\/([^/]+)$/, readGrants, ({ state, request, groups }) =>
    readGrant(state, request, groups[0] ?? ''),
  ),
  route('PATCH', application, writeApplications, ({ state, request, groups }) =>
    patchObject(state, request, nameIn(groups)),
  ),
  route('PATCH', principal, writePrincipals, ({ state, request, groups }) =>
    patchObject(state, request, nameIn(groups)),
  ),
  route('DELETE', application, writeApplications, ({ state, request, groups }) =>
    deleteObject(state, request, nameIn(groups)),
  ),
  route('DELETE', principal, writePrincipals, ({ state, request, groups }) =>
    deleteObject(state, request, nameIn(groups)),
  ),
  route('POST', /^\/applications$/, writeApplications, ({ state, request }) => postApplication(state, request)),
  route('POST', /^\/servicePrincipals$/, writePrincipals, ({ state, request }) => postServicePrincipal(state, request)),
  route(
    'POST',
    subCollection('addTokenSigningCertificate'),
    ['Application.ReadWrite.All'],
    ({ state, request, groups }) => addTokenSigningCertificate(state, request, nameIn(groups)),
  ),
  route(
    'POST',
    subCollection('delegatedPermissionClassifications'),
    ['Policy.ReadWrite.PermissionGrant'],
    ({ state, request, groups }) => postClassification(state, request, nameIn(groups)),
  ),
  route('GET', deleted, readApplications, ({ state, request, groups }) =>
    readDeleted(state, request, `${groups[0]}s` as CollectionName),
  ),
  route('POST', /^\/directory\/deletedItems\/([^/]+)\/restore$/, ['Application.ReadWrite.All'], ({ state, groups }) =>
    restoreObject(state, groups[0] ?? ''),
  ),
  route('GET', /^\/organization$/, readOrganizations, ({ state, request }) => answerOrganization(state, request)),
  route('GET', /^\/domains$/, words('Domain.Read.All Domain.ReadWrite.All'), ({ state, request }) =>
    answerDomains(state, request),
  ),
  route('GET', /^\/users\/([^/]+)$/, readUsers, ({ state, request, groups }) =>
    answerUser(state, request, groups[0] ?? ''),
  ),
  route(
    'GET',
    /^\/users\/([^/]+)\/appRoleAssignments$/,
    words('Directory.Read.All Directory.ReadWrite.All AppRoleAssignment.ReadWrite.All'),
    ({ state, request, groups }) => listUserAssignments(state, request, groups[0] ?? ''),
  ),
  route('GET', /^\/users\/([^/]+)\/(memberOf|transitiveMemberOf)$/, readMemberships, ({ state, request, groups }) =>
    listMemberships(state, request, groups[0] ?? '', groups[1] === 'transitiveMemberOf'),
  ),
  route('GET', /^\/auditLogs\/signIns$/, ['AuditLog.Read.All'], ({ state, request, pageFault }) =>
    listSignIns(state, request, pageFault),
  ),
  route('GET', /^\/auditLogs\/directoryAudits$/, ['AuditLog.Read.All'], ({ state, request, pageFault }) =>
    listDirectoryAudits(state, request, pageFault),
  ),
  // The reference lists this path for delegated permissions only. It is not verified whether the app role is enough.
  route('GET', /^\/directory\/onPremisesSynchronization$/, ['OnPremDirectorySynchronization.Read.All'], ({ state }) =>
    answerOnPremisesSynchronization(state),
  ),
  route(
    'GET',
    /^\/policies\/(permissionGrantPolicies)(?:\/([^/]+)(?:\/(includes|excludes))?)?$/,
    readGrantPolicies,
    answerPolicy,
  ),
  route('GET', /^\/policies\/claimsMappingPolicies$/, ['Policy.Read.All'], ({ state }) =>
    listClaimsMappingPolicies(state),
  ),
  route('GET', /^\/policies\/claimsMappingPolicies\/([^/]+)\/appliesTo$/, ['Policy.Read.All'], ({ state, groups }) =>
    listAppliesTo(state, decodeURIComponent(groups[0] ?? '')),
  ),
  route('GET', /^\/policies\/([^/]+)(?:\/([^/]+))?$/, ['Policy.Read.All'], answerPolicy),
  route('PUT', /^\/policies\/adminConsentRequestPolicy$/, ['Policy.ReadWrite.ConsentRequest'], ({ state, request }) =>
    putConsentRequestPolicy(state, request),
  ),
  route(
    'PATCH',
    /^\/policies\/(defaultAppManagementPolicy)$/,
    ['Policy.ReadWrite.ApplicationConfiguration'],
    writePolicy,
  ),
  route('PATCH', /^\/policies\/(authorizationPolicy)$/, ['Policy.ReadWrite.Authorization'], writePolicy),
  route('POST', /^\/users\/([^/]+)\/sendMail$/, ['Mail.Send'], ({ state, request, groups }) =>
    sendMail(state.mails, groups[0] ?? '', request.body),
  ),
];

function answerPolicy({ state, groups }: RouteContext): Answer {
  return readPolicy(
    state,
    groups.filter((group) => group !== undefined),
  );
}

function writePolicy({ state, request, groups }: RouteContext): Answer {
  return patchPolicy(state, request, groups[0] ?? '');
}

function nameIn([collection, id, appId]: readonly (string | undefined)[]): ObjectName {
  return { collection: collection as CollectionName, id, appId };
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
