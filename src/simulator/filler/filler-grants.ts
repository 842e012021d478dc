import type { JsonObject } from '../protocol/json.js';
import type { PageBytes } from '../protocol/page-bytes.js';
import { guidLength } from './guid-sequence.js';
import type { IdSequences } from './id-sequences.js';
import { compileTemplate, type Placeholder, type Template, writeTemplate } from './template.js';

/** Some of the generated grants, by position. */
export interface GrantRange {
  readonly count: number;
  /** Appends the JSON text of the grant at a position. */
  write(page: PageBytes, position: number): void;
}

/**
 * Generated grants: each generated application has its declared permission, granted for the whole tenant, and then for
 * some users one by one.
 */
export class FillerGrants {
  readonly #placeholders: Readonly<Record<string, Placeholder>>;

  /**
   * @param clients number of generated applications; the service principal of each has the same index
   * @param resourceId object id of the API that they call
   * @param users the users who have consented to each application
   */
  constructor(
    private readonly ids: IdSequences,
    private readonly clients: number,
    private readonly resourceId: string,
    private readonly users = 0,
  ) {
    const guid: Placeholder = (page, index) => {
      ids.servicePrincipalIds.write(page.bytes, page.length, index);
      page.length += guidLength;
    };
    this.#placeholders = { clientId: guid };
  }

  /**
   * The generated grants, those of a client one after another.
   * @param consentType those of one type only
   * @param properties undefined for all
   */
  range(consentType: string | undefined, properties: readonly string[] | undefined): GrantRange {
    const perClient = this.users + 1;
    const wanted = Array.from({ length: perClient }, (_, place) => place).filter(
      (place) => consentType === undefined || this.#grant('', place).consentType === consentType,
    );
    const templates = wanted.map((place) => this.#template(place, properties));
    return {
      count: this.clients * wanted.length,
      write: (page, position) => {
        const template = templates[position % wanted.length] as Template;
        writeTemplate(template, page, Math.floor(position / wanted.length));
      },
    };
  }

  /** The grants of a generated client; none for any other. */
  of(clientId: string): readonly JsonObject[] {
    const index = this.ids.servicePrincipalIds.indexOf(clientId);
    if (index === undefined || index >= this.clients) return [];
    const client = clientId.toLowerCase();
    return Array.from({ length: this.users + 1 }, (_, place) => this.#grant(client, place));
  }

  #template(place: number, properties: readonly string[] | undefined): Template {
    const grant = this.#grant('{{clientId}}', place);
    const names = properties ?? Object.keys(grant);
    return compileTemplate(Object.fromEntries(names.map((name) => [name, grant[name] ?? null])), this.#placeholders);
  }

  /** @param place 0 for the grant for the whole tenant, else the number of the user */
  #grant(clientId: string, place: number): JsonObject {
    const principalId = place === 0 ? null : `00000000-0000-4000-9000-${String(place).padStart(12, '0')}`;
    const consentType = principalId === null ? 'AllPrincipals' : 'Principal';
    const id = `grant-${clientId}${place === 0 ? '' : `-${place}`}`;
    return { id, clientId, consentType, principalId, resourceId: this.resourceId, scope: ' User.Read' };
  }
}
