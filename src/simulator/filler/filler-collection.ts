import type { JsonObject, JsonValue } from '../protocol/json.js';
import { PageBytes } from '../protocol/page-bytes.js';
import { type Projection, project } from '../schema/projection.js';
import { propertyDefaults } from '../schema/properties.js';
import type { CollectionName } from '../schema/tenant.js';
import type { GuidSequence } from './guid-sequence.js';
import { compileTemplate, type Placeholder, type Template, writeTemplate } from './template.js';

/** Defines the generated objects of one collection. */
export interface FillerDefinition {
  readonly collection: CollectionName;
  readonly count: number;
  readonly objectIds: GuidSequence;
  readonly appIds: GuidSequence;
  readonly variants: readonly JsonObject[];
  /** The index of the variant of an object. A pure function, so that the filler stores nothing per object. */
  variantOf(index: number): number;
  readonly placeholders: Readonly<Record<string, Placeholder>>;
}

/** The generated objects of one collection. Object i depends on i only, and needs constant time and memory. */
export class FillerCollection {
  readonly #definition: FillerDefinition;
  /** The values that filters have read, by property. */
  readonly #values = new Map<string, JsonValue[]>();
  readonly #compiled = new Map<string, readonly Template[]>();
  readonly #scratch = new PageBytes(Buffer.alloc(1 << 14));

  constructor(definition: FillerDefinition) {
    this.#definition = definition;
  }

  get count(): number {
    return this.#definition.count;
  }

  /** The templates of all variants for a selection. Each selection is compiled once. */
  templates(selection: Projection): readonly Template[] {
    const name = `${selection.keys} ${selection.properties?.join() ?? ''}`;
    const cached = this.#compiled.get(name);
    if (cached) return cached;
    // Limits the memory for a client that uses many selections.
    if (this.#compiled.size > 64) this.#compiled.clear();
    const { collection, variants, placeholders } = this.#definition;
    const compiled = variants.map((variant) => compileTemplate(project(collection, variant, selection), placeholders));
    this.#compiled.set(name, compiled);
    return compiled;
  }

  /** Appends the JSON text of an object. */
  write(page: PageBytes, index: number, templates: readonly Template[]): void {
    writeTemplate(templates[this.#definition.variantOf(index)] as Template, page, index);
  }

  /** The complete object as the directory stores it. */
  object(index: number): JsonObject {
    return this.#read(index, { properties: Object.keys(propertyDefaults[this.#definition.collection]), keys: 'all' });
  }

  /** The value of one property, for filters. */
  value(index: number, property: string): JsonValue {
    if (property === 'id') return this.#definition.objectIds.text(index);
    const known = this.#values.get(property) ?? [];
    this.#values.set(property, known);
    known[index] ??=
      property === 'appId'
        ? this.#definition.appIds.text(index)
        : (this.#read(index, { properties: [property], keys: 'none' })[property] ?? null);
    return known[index];
  }

  /** The index of an object id; undefined for an id that was not generated. */
  indexOfId(id: string): number | undefined {
    return this.#within(this.#definition.objectIds.indexOf(id));
  }

  /** The index of an appId; undefined for one that was not generated. */
  indexOfAppId(appId: string): number | undefined {
    return this.#within(this.#definition.appIds.indexOf(appId));
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
