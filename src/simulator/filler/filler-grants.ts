import type { JsonObject } from '../protocol/json.js';
import type { PageBytes } from '../protocol/page-bytes.js';
import { guidLength } from './guid-sequence.js';
import type { IdSequences } from './id-sequences.js';
import { compileTemplate, type Placeholder, type Template, writeTemplate } from './template.js';

/** Generated grants: each generated application has its declared permission, granted for the whole tenant. */
export class FillerGrants {
  readonly #placeholders: Readonly<Record<string, Placeholder>>;
  /** All properties, with placeholders. */
  readonly #grant: JsonObject;

  /**
   * @param count number of generated applications; the service principal of each has the same index
   * @param resourceId object id of the API that they call
   */
  constructor(
    private readonly ids: IdSequences,
    readonly count: number,
    resourceId: string,
  ) {
    const guid: Placeholder = (page, index) => {
      ids.servicePrincipalIds.write(page.bytes, page.length, index);
      page.length += guidLength;
    };
    this.#placeholders = { clientId: guid };
    const grant = { clientId: '{{clientId}}', consentType: 'AllPrincipals', principalId: null, resourceId };
    this.#grant = { id: 'grant-{{clientId}}', ...grant, scope: ' User.Read' };
  }

  /** The template of a grant for the selected properties; undefined selects all. */
  template(properties: readonly string[] | undefined): Template {
    const names = properties ?? Object.keys(this.#grant);
    return compileTemplate(
      Object.fromEntries(names.map((name) => [name, this.#grant[name] ?? null])),
      this.#placeholders,
    );
  }

  /** Appends the JSON text of a grant. */
  write(page: PageBytes, index: number, template: Template): void {
    writeTemplate(template, page, index);
  }

  /** The grant of a generated client; undefined for any other. */
  of(clientId: string): JsonObject | undefined {
    const index = this.ids.servicePrincipalIds.indexOf(clientId);
    if (index === undefined || index >= this.count) return undefined;
    const client = clientId.toLowerCase();
    return { ...this.#grant, id: `grant-${client}`, clientId: client };
  }
}
