import { badRequest, unsupportedQuery } from '../protocol/graph-error.js';
import { propertyDefaults } from '../schema/properties.js';
import type { CollectionName } from '../schema/tenant.js';
import type { Comparison, FilterNode } from './parse-odata-filter.js';

/** The supported operators by property: `plain` ones always, `advanced` ones in advanced queries only. */
type SupportedOperators = Readonly<Record<string, { readonly plain?: string; readonly advanced?: string }>>;

/**
 * Source: the Graph pages of application and servicePrincipal ("Supports $filter (…)") and "Advanced query capabilities
 * on Microsoft Entra ID objects". `[]` in a name stands for an element of a collection inside `any`.
 */
const supportedOperators: Readonly<Record<CollectionName, SupportedOperators>> = {
  applications: {
    id: { plain: 'eq in', advanced: 'ne not' },
    appId: { plain: 'eq in' },
    displayName: { plain: 'eq in startsWith', advanced: 'ne not ge le endsWith' },
    createdDateTime: { plain: 'eq ge le', advanced: 'ne not in' },
    signInAudience: { plain: 'eq in', advanced: 'ne not' },
    publisherDomain: { plain: 'eq in', advanced: 'ne not ge le startsWith' },
    'identifierUris[]': { plain: 'eq startsWith', advanced: 'ne not ge le' },
    'tags[]': { plain: 'eq startsWith', advanced: 'not ge le' },
    'keyCredentials[]/endDateTime': { advanced: 'ge le not' },
    'owners/$count': { advanced: 'eq ne not ge le' },
  },
  servicePrincipals: {
    id: { plain: 'eq in', advanced: 'ne not' },
    appId: { plain: 'eq in startsWith', advanced: 'ne not' },
    displayName: { plain: 'eq in startsWith', advanced: 'ne not ge le endsWith' },
    accountEnabled: { plain: 'eq in', advanced: 'ne not' },
    servicePrincipalType: { plain: 'eq in', advanced: 'ne not' },
    appOwnerOrganizationId: { advanced: 'eq in ne not ge le' },
    'servicePrincipalNames[]': { plain: 'eq startsWith', advanced: 'not ge le' },
    'tags[]': { plain: 'eq startsWith', advanced: 'not ge le' },
    'keyCredentials[]/endDateTime': { advanced: 'ge le not' },
    'owners/$count': { advanced: 'eq ne not ge le' },
  },
};

/**
 * Rejects properties and operators that Graph does not document.
 * @param advanced the request has `ConsistencyLevel: eventual` and `$count=true`
 * @throws GraphError 400
 */
export function checkFilter(collection: CollectionName, node: FilterNode, advanced: boolean): void {
  for (const { comparison, negated } of comparisonsIn(node)) {
    checkOperator(collection, comparison, comparison.operator, advanced);
    if (negated) checkOperator(collection, comparison, 'not', advanced);
  }
}

function comparisonsIn(node: FilterNode, negated = false): { comparison: Comparison; negated: boolean }[] {
  if (node.kind === 'compare') return [{ comparison: node, negated }];
  if (node.kind === 'not') return comparisonsIn(node.of, true);
  return [...comparisonsIn(node.left, negated), ...comparisonsIn(node.right, negated)];
}

function checkOperator(collection: CollectionName, comparison: Comparison, operator: string, advanced: boolean): void {
  const supported = supportedOperators[collection][nameOf(comparison)];
  const property = comparison.property.split('/')[0] ?? '';
  if (!supported && property !== 'owners' && !Object.hasOwn(propertyDefaults[collection], property))
    throw badRequest(`Invalid filter clause: Could not find a property named '${property}'.`);
  const operators = `${supported?.plain ?? ''} ${advanced ? (supported?.advanced ?? '') : ''}`.split(' ');
  if (!operators.includes(operator)) throw unsupported(collection, property);
}

function nameOf({ property, member }: Comparison): string {
  if (member === undefined) return property;
  return member === '' ? `${property}[]` : `${property}[]/${member}`;
}

function unsupported(collection: CollectionName, property: string) {
  const resource = collection === 'applications' ? 'Application' : 'ServicePrincipal';
  return unsupportedQuery(
    `Unsupported or invalid query filter clause specified for property '${property}' of resource '${resource}'.`,
  );
}
