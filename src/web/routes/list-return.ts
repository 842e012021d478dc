import { type FindingFilter, listPath, parseFilter } from '../reads/finding-filter.js';

/**
 * The list from which the user came, from the parameter `list`: the query of the list, or `all` for a list without one.
 * The query is parsed and written anew, so that the parameter cannot lead to another page.
 */
export function returnList(list: string | undefined): FindingFilter | undefined {
  return list ? parseFilter(new URLSearchParams(list.slice(0, 2000))) : undefined;
}

/** The path of that list, at the row of a finding. */
export function returnPath(filter: FindingFilter | undefined, findingId = ''): string {
  return `${listPath(filter ?? {})}${findingId && `#f-${findingId}`}`;
}
