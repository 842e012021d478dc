import { Link } from '../components/link.js';
import { type FindingFilter, listPath, type SortColumn, sortColumns } from '../reads/finding-filter.js';

interface SortHeaderProps {
  readonly column: SortColumn;
  readonly name: string;
  /** The present order; undefined where the order is fixed. */
  readonly filter: FindingFilter | undefined;
}

/** The header of a column. A link sorts by it; on the sorted column it reverses the order. */
export function SortHeader({ column, name, filter }: SortHeaderProps) {
  const isNumber = column === 'failing';
  if (!filter) {
    return (
      <th scope="col" class={isNumber ? 'number' : undefined}>
        {name}
      </th>
    );
  }
  const isSorted = filter.sort === column;
  const descending = isSorted ? !filter.descending : sortColumns[column];
  const direction = filter.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={isNumber ? 'number' : undefined} aria-sort={isSorted ? direction : undefined}>
      <Link class="sort" href={listPath({ ...filter, sort: column, descending, page: 1 })}>
        {name}
        <span class="arrow" aria-hidden="true">
          {isSorted ? (filter.descending ? '↓' : '↑') : '↕'}
        </span>
      </Link>
    </th>
  );
}
