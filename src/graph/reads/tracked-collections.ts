import type { Identified, TrackedSelection } from '../../jobs/ports/index.js';
import type { TrackedCollection } from './collection-changes.js';
import { readListedGrant } from './grants.js';
import { applicationReader, servicePrincipalReader } from './parse.js';
import { selectedProperties } from './select-list.js';

/** How the objects of a selection are requested and read. */
export function trackedCollection(tracked: TrackedSelection): TrackedCollection<Identified> {
  const { collection } = tracked;
  switch (tracked.collection) {
    case 'applications':
      return { collection, properties: selectedProperties(tracked.select), read: applicationReader(tracked.select) };
    case 'servicePrincipals':
      return {
        collection,
        properties: selectedProperties(tracked.select),
        read: servicePrincipalReader(tracked.select),
      };
    case 'oauth2PermissionGrants':
      return { collection, properties: tracked.select, read: readListedGrant };
  }
}
