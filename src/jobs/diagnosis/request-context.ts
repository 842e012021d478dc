import type { DiagnosedApp } from '../../model/diagnosis/diagnosed-app.js';
import type { RequestContext } from '../../model/diagnosis/request-flow.js';
import type { TokenRequest } from '../../model/diagnosis/token-request.js';
import type { DiagnoseContext, FailingSignIn } from './diagnose-context.js';
import type { DirectoryReads } from './read-directory.js';

/** What a diagnosis knows about the app and the tenant of a request. */
export function requestContext(
  { cloud }: DiagnoseContext,
  { app, tenant, domains }: DirectoryReads,
  { appId, request }: FailingSignIn,
  now: string,
): RequestContext {
  const found = 'found' in app ? app.found : undefined;
  const { application, servicePrincipal } = found ?? {};
  const names = [...(application?.identifierUris ?? []), ...(servicePrincipal?.servicePrincipalNames ?? [])];
  const secrets = [...(application?.passwordCredentials ?? []), ...(servicePrincipal?.passwordCredentials ?? [])];
  return {
    now,
    answeredAt: answeredAt(request, now),
    signInAudience: application?.signInAudience ?? undefined,
    redirectUris: application && redirectUrisOf(application),
    appId,
    cloud,
    tenantId: 'found' in tenant ? tenant.found.id : undefined,
    domains:
      'found' in domains
        ? domains.found.flatMap(({ id, isVerified }) => (id && isVerified ? [id.toLowerCase()] : []))
        : undefined,
    audiences: found && names,
    secrets: application && secrets,
    allowsPublicClient: application && application.isFallbackPublicClient === true,
  };
}

/** The time in the pasted answer. A time in the future is no time of an answer. */
function answeredAt(request: TokenRequest | undefined, now: string): string | undefined {
  const at = request?.failure?.at;
  return at !== undefined && at <= now ? at : undefined;
}

type Clients = Pick<NonNullable<DiagnosedApp['application']>, 'web' | 'spa' | 'publicClient'>;

function redirectUrisOf({ web, spa, publicClient }: Clients): string[] {
  return [web, spa, publicClient].flatMap((client) => client?.redirectUris ?? []);
}
