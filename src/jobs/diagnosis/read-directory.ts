import { type DiagnosedApp, diagnosedSelect } from '../../model/diagnosis/diagnosed-app.js';
import type { ReadFailure, ReadResult } from '../../model/diagnosis/diagnosis.js';
import type { User } from '../../model/entra/user.js';
import type { AppRule } from '../../model/rule/rule.js';
import type { Domain, HybridOrganization } from '../../model/tenant/hybrid.js';
import type { Organization } from '../../model/tenant/tenant.js';
import { readable } from '../tenant/readable.js';
import { selectionOf } from '../tenant/selection.js';
import type { DiagnoseContext, FailingSignIn } from './diagnose-context.js';
import { read } from './read.js';

/** The app, the user and the tenant, as far as they could be read. */
export interface DirectoryReads {
  readonly tenant: ReadResult<Organization>;
  readonly app: ReadResult<DiagnosedApp>;
  /** Undefined if no user was given. */
  readonly user: ReadResult<User | undefined> | undefined;
  readonly domains: ReadResult<readonly Domain[]>;
  readonly organization: ReadResult<HybridOrganization>;
}

const notRequested: ReadFailure = { reason: 'This diagnosis did not read it.' };

/** The first reads, in parallel: the app, the user and the tenant. @throws ConsentinelError as `read` */
export async function readDirectory(
  { directory, inspector, rules }: DiagnoseContext,
  { appId, user, request }: FailingSignIn,
  signal?: AbortSignal,
): Promise<DirectoryReads> {
  const readIf = <T>(needed: unknown, from: () => Promise<T>) => (needed ? read(from) : Promise.resolve(notRequested));
  const [tenant, app, found, domains, organization] = await Promise.all([
    read(() => directory.organization(signal)),
    read(() => readApp(directory, rules, appId, signal)),
    user === undefined ? undefined : read(() => inspector.user(user, signal)),
    readIf(user ?? request, () => directory.tenantPart('domains', signal)),
    readIf(user, () => directory.tenantPart('organization', signal)),
  ]);
  return { tenant, app, user: found, domains, organization };
}

async function readApp(
  directory: DiagnoseContext['directory'],
  rules: DiagnoseContext['rules'],
  appId: string,
  signal: AbortSignal | undefined,
): Promise<DiagnosedApp> {
  const ofRules = selectionOf(rules.filter((rule) => rule.on === 'app') as readonly AppRule[]);
  const select = {
    application: [...new Set([...diagnosedSelect.application, ...ofRules.application])],
    servicePrincipal: [...new Set([...diagnosedSelect.servicePrincipal, ...ofRules.servicePrincipal])],
  };
  const [applications, principals] = await Promise.all([
    directory.applicationsByAppId([appId], select.application, signal),
    directory.servicePrincipalsByAppId([appId], select.servicePrincipal, signal),
  ]);
  return {
    appId,
    application: readable(applications.get(appId)),
    servicePrincipal: readable(principals.get(appId)),
  } as DiagnosedApp;
}
