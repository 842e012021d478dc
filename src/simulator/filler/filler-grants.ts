import type { JsonObject } from '../protocol/json.js';
import type { PageBytes } from '../protocol/page-bytes.js';
import { guidLength } from './guid-sequence.js';
import type { IdSequences } from './id-sequences.js';
import { compileTemplate, type Placeholder, type Template, writeTemplate } from './template.js';

/** The permission that every generated application asks for, granted for the whole tenant. */
export class FillerGrants {
  readonly #holes: Readonly<Record<string, Placeholder>>;
  readonly #whole: JsonObject;

  /**
   * @param count of generated applications, each with its service principal of the same index
   * @param resourceId of the API that they ask
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
    this.#holes = { clientId: guid };
    const grant = { clientId: '{{clientId}}', consentType: 'AllPrincipals', principalId: null, resourceId };
    this.#whole = { id: 'grant-{{clientId}}', ...grant, scope: ' User.Read' };
  }

  /** How a listing writes a grant. */
  template(properties: readonly string[] | undefined): Template {
    const names = properties ?? Object.keys(this.#whole);
    return compileTemplate(Object.fromEntries(names.map((name) => [name, this.#whole[name] ?? null])), this.#holes);
  }

  write(page: PageBytes, index: number, template: Template): void {
    writeTemplate(template, page, index);
  }

  /** The grant of a client, where it is a generated one. */
  of(clientId: string): JsonObject | undefined {
    const index = this.ids.servicePrincipalIds.indexOf(clientId);
    if (index === undefined || index >= this.count) return undefined;
    const client = clientId.toLowerCase();
    return { ...this.#whole, id: `grant-${client}`, clientId: client };
  }
}
