import { selectionOf } from '../src/jobs/tenant/selection.js';
import type { AppRule } from '../src/model/rule/rule.js';
import { rules } from '../src/rules/index.js';

const selection = selectionOf(rules.filter((rule): rule is AppRule => rule.on === 'app'));
const selected = (properties: readonly string[]) => ['id', 'appId', 'displayName', ...properties].join(',');

/** The listings of a scan, with the properties that it selects. */
export const listings = [
  '/v1.0/oauth2PermissionGrants?$select=clientId,resourceId,consentType,scope&$top=999',
  `/v1.0/servicePrincipals?$select=${selected(selection.servicePrincipal)}&$top=999`,
  `/v1.0/applications?$select=${selected(selection.application)}&$top=999`,
];

type Environment = Readonly<Record<string, string | undefined>>;

/** The lower bound: `fetch` and `JSON.parse` of the same pages, one at a time, without any use of the result. */
export async function floor(environment: Environment): Promise<{ result: number }> {
  const origin = environment.GRAPH_ENDPOINT ?? '';
  const headers = { authorization: `Bearer ${await token(environment)}` };
  let objects = 0;
  for (const listing of listings) {
    let url: string | undefined = origin + listing;
    while (url) {
      const response: Response = await fetch(url, { headers });
      const page: { value: unknown[]; '@odata.nextLink'?: string } = JSON.parse(await response.text());
      objects += page.value.length;
      url = page['@odata.nextLink']?.replace('https://graph.microsoft.com', origin);
    }
  }
  return { result: objects };
}

/** A token from the simulated identity endpoint. */
export async function token(environment: Environment): Promise<string> {
  const url = `${environment.IDENTITY_ENDPOINT}?resource=https://graph.microsoft.com&api-version=2019-08-01`;
  const response = await fetch(url, { headers: { 'X-IDENTITY-HEADER': environment.IDENTITY_HEADER ?? '' } });
  return ((await response.json()) as { access_token: string }).access_token;
}
