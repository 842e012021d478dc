import type { JsonObject, JsonValue } from '../protocol/json.js';
import { PageBytes } from '../protocol/page-bytes.js';
import { type Projection, project } from '../schema/projection.js';
import { propertyDefaults } from '../schema/properties.js';
import type { CollectionName } from '../schema/tenant.js';
import type { GuidSequence } from './guid-sequence.js';
import { compileTemplate, type Placeholder, type Template, writeTemplate } from './template.js';

/** What generated objects of one collection are made from. */
export interface FillerDefinition {
  readonly collection: CollectionName;
  readonly count: number;
  readonly objectIds: GuidSequence;
  readonly appIds: GuidSequence;
  readonly variants: readonly JsonObject[];
  /** The index of the variant of an object: pure, so that nothing needs to be kept. */
  variantOf(index: number): number;
  readonly placeholders: Readonly<Record<string, Placeholder>>;
}

/** Generated objects of one collection: object i is computed from i alone, in constant time and memory. */
export class FillerCollection {
  readonly #recipe: FillerDefinition;
  readonly #compiled = new Map<string, readonly Template[]>();
  readonly #scratch = new PageBytes(Buffer.alloc(1 << 14));

  constructor(recipe: FillerDefinition) {
    this.#recipe = recipe;
  }

  get count(): number {
    return this.#recipe.count;
  }

  /** The templates of a selection; compiled once. */
  templates(selection: Projection): readonly Template[] {
    const name = `${selection.keys} ${selection.properties?.join() ?? ''}`;
    const known = this.#compiled.get(name);
    if (known) return known;
    // A hostile variety of selections must not fill the memory.
    if (this.#compiled.size > 64) this.#compiled.clear();
    const { collection, variants, placeholders: holes } = this.#recipe;
    const compiled = variants.map((variant) => compileTemplate(project(collection, variant, selection), holes));
    this.#compiled.set(name, compiled);
    return compiled;
  }

  /** Appends the JSON text of an object. */
  write(page: PageBytes, index: number, templates: readonly Template[]): void {
    writeTemplate(templates[this.#recipe.variantOf(index)] as Template, page, index);
  }

  /** The whole object as the directory stores it. */
  object(index: number): JsonObject {
    return this.#read(index, { properties: Object.keys(propertyDefaults[this.#recipe.collection]), keys: 'all' });
  }

  /** One property, for filters. */
  value(index: number, property: string): JsonValue {
    if (property === 'id') return this.#recipe.objectIds.text(index);
    if (property === 'appId') return this.#recipe.appIds.text(index);
    return this.#read(index, { properties: [property], keys: 'none' })[property] ?? null;
  }

  indexOfId(id: string): number | undefined {
    return this.#within(this.#recipe.objectIds.indexOf(id));
  }

  indexOfAppId(appId: string): number | undefined {
    return this.#within(this.#recipe.appIds.indexOf(appId));
  }

  #within(index: number | undefined): number | undefined {
    return index !== undefined && index < this.count ? index : undefined;
  }

  #read(index: number, selection: Projection): JsonObject {
    this.#scratch.length = 0;
    this.write(this.#scratch, index, this.templates(selection));
    return JSON.parse(this.#scratch.written().toString('utf8'));
  }
}
