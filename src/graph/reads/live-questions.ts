import { z } from 'zod';
import type { LiveAnswer, LiveProbe, ProbedProperties } from '../../jobs/ports/index.js';
import type { Collection } from '../../model/entra/collection.js';
import { GraphCallError } from '../http/errors.js';
import { createSend, type GraphSettings, type Send } from '../http/send.js';
import { claimsOfToken } from './directory.js';
import { keyFacts, shownKeysOf } from './shown-keys.js';

/** Objects of one page: enough to see the differences, and cheap. */
const sample = 100;

const pageSchema = z.looseObject({ value: z.array(z.looseObject({ id: z.string() })) });
type Page = z.infer<typeof pageSchema>['value'];

/** What the questions share. */
interface Asked {
  readonly send: Send;
  readonly signal: AbortSignal | undefined;
}

/** Reads that need permissions which the documentation does not name, or names for delegated access only. */
const guardedReads: Readonly<Record<string, (servicePrincipalId: string) => string>> = {
  oauth2PermissionGrants: () => '/oauth2PermissionGrants?$top=1',
  appRoleAssignedTo: (id) => `/servicePrincipals/${id}/appRoleAssignedTo?$top=1`,
  delegatedPermissionClassifications: (id) => `/servicePrincipals/${id}/delegatedPermissionClassifications`,
  permissionGrantPolicies: () => '/policies/permissionGrantPolicies?$top=1',
  claimsMappingPolicies: () => '/policies/claimsMappingPolicies?$top=1',
  onPremisesSynchronization: () => '/directory/onPremisesSynchronization',
  signIns: () => '/auditLogs/signIns?$top=1',
  directoryAudits: () => '/auditLogs/directoryAudits?$top=1',
};

/**
 * Asks the questions about Graph that its documentation leaves open. Every request only reads. Answers contain counts and
 * the names of properties, permissions and headers, and never a value of the directory.
 */
export function createLiveProbe(settings: GraphSettings): LiveProbe {
  return {
    async ask(properties, signal) {
      const headers = new ThrottleHeaders();
      const asked = { send: createSend({ ...settings, clocks: headers }), signal };
      const roles = (await claimsOfToken(settings, signal))?.roles;
      const answers: LiveAnswer[] = [];
      const ask = async (question: string, work: () => Promise<Omit<LiveAnswer, 'question'>>) =>
        answers.push({ question, ...(await work().catch((error: unknown) => refusal(error))) });
      for (const collection of ['applications', 'servicePrincipals'] as const) {
        await ask(`Does a list of ${collection} return the key of a credential?`, () => keysInList(asked, collection));
        await ask(`Does a read of one of the ${collection} return it?`, () => keysInRead(asked, collection));
        await ask(`Which selected properties are absent from ${collection}?`, () =>
          absentProperties(asked, collection, properties),
        );
      }
      await ask('Does a delta of applications contain keyCredentials?', () => keysInDelta(asked));
      await ask('Which reads do the permissions of this token allow?', () => allowedReads(asked, roles));
      answers.push(headers.answer());
      return answers;
    },
  };
}

async function pageOf({ send, signal }: Asked, path: string, headers: Record<string, string> = {}): Promise<Page> {
  const { body } = await send({ method: 'GET', path, headers, signal });
  const parsed = pageSchema.safeParse(body);
  return parsed.success ? parsed.data.value : [];
}

async function keysInList(asked: Asked, collection: Collection) {
  return keyFacts(await pageOf(asked, `/${collection}?$select=id,keyCredentials&$top=${sample}`));
}

async function keysInRead(asked: Asked, collection: Collection) {
  const page = await pageOf(asked, `/${collection}?$select=id,keyCredentials&$top=${sample}`);
  const holder = page.find((object) => shownKeysOf(object).length > 0);
  if (!holder) return { answer: 'no credential among the first objects', details: [] };
  const path = `/${collection}/${encodeURIComponent(holder.id)}?$select=id,keyCredentials`;
  const { body } = await asked.send({ method: 'GET', path, signal: asked.signal });
  return keyFacts([body as object]);
}

async function absentProperties(asked: Asked, collection: Collection, properties: ProbedProperties) {
  const selected = collection === 'applications' ? properties.application : properties.servicePrincipal;
  const page = await pageOf(asked, `/${collection}?$select=${['id', ...selected].join(',')}&$top=${sample}`);
  const details = selected.flatMap((name) => {
    const absent = page.filter((object) => !(name in object)).length;
    return absent > 0 ? [`${name}: absent from ${absent} of ${page.length}`] : [];
  });
  return { answer: details.length > 0 ? `${details.length} of ${selected.length}` : 'none', details };
}

async function keysInDelta(asked: Asked) {
  const maximum = { Prefer: `odata.maxpagesize=${sample}` };
  const page = await pageOf(asked, '/applications/delta?$select=id,keyCredentials', maximum);
  const having = page.filter((object) => 'keyCredentials' in object).length;
  return { answer: having > 0 ? 'yes' : 'no', details: [`present in ${having} of ${page.length} objects`] };
}

async function allowedReads(asked: Asked, roles: readonly string[] | undefined) {
  const [principal] = await pageOf(asked, '/servicePrincipals?$select=id&$top=1');
  const details: string[] = [`permissions: ${roles ? [...roles].sort().join(' ') || 'none' : 'a delegated token'}`];
  let allowed = 0;
  for (const [name, path] of Object.entries(guardedReads)) {
    const result = await asked.send({ method: 'GET', path: path(principal?.id ?? ''), signal: asked.signal }).then(
      () => 'allowed',
      (error: unknown) => refusal(error).answer,
    );
    if (result === 'allowed') allowed += 1;
    details.push(`${name}: ${result}`);
  }
  return { answer: `${allowed} of ${Object.keys(guardedReads).length}`, details };
}

/** Status and code of Graph only: its message can contain ids. @throws an error that is not an answer of Graph */
function refusal(error: unknown): Omit<LiveAnswer, 'question'> {
  if (!(error instanceof GraphCallError)) throw error;
  const { status, graphCode = '' } = error.call;
  const code = /^\w+$/.test(graphCode) ? graphCode : '';
  return { answer: [status ?? 'no answer', code].join(' ').trim(), details: [] };
}

/** The headers about throttling in all answers, with their last numbers. */
class ThrottleHeaders {
  readonly #seen = new Map<string, string>();

  compare(headers: Headers): void {
    for (const [name, value] of headers)
      if (/^(retry-after|(x-)?ratelimit|x-ms-throttle|x-ms-resource-unit)/i.test(name))
        this.#seen.set(name, /^[\d.]+$/.test(value) ? value : 'text');
  }

  answer(): LiveAnswer {
    const details = [...this.#seen].map(([name, value]) => `${name}: ${value}`).sort();
    return { question: 'Which headers about throttling come?', answer: `${details.length}`, details };
  }
}
