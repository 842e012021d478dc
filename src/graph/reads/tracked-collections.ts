import type { Identified, TrackedSelection } from '../../jobs/ports/index.js';
import type { TrackedCollection } from './collection-changes.js';
import { readListedGrant } from './grants.js';
import { applicationReader, servicePrincipalReader } from './parse.js';
import { selectedProperties } from './select-list.js';

/** How the objects of a selection are requested and read. */
export function trackedCollection(tracked: TrackedSelection): TrackedCollection<Identified> {
  const { collection } = tracked;
  switch (tracked.collection) {
    case 'applications': {
      const properties = selectedProperties(tracked.select);
      return { collection, properties, read: applicationReader(tracked.select), setsAside: true };
    }
    case 'servicePrincipals': {
      const properties = selectedProperties(tracked.select);
      return { collection, properties, read: servicePrincipalReader(tracked.select), setsAside: true };
    }
    case 'oauth2PermissionGrants':
      return { collection, properties: tracked.select, read: readListedGrant, setsAside: false };
  }
}
