import { quantity } from '../../model/text/format.js';
import type { FindingListPage } from '../reads/finding-page.js';

interface BarProps {
  readonly list: FindingListPage;
  /** The query of the list to return to. */
  readonly query: string;
  readonly readOnly: string | undefined;
}

/** The actions for the selected rows. Each leads to a page that shows what would happen; nothing changes before it. */
export function SelectionBar({ list, query, readOnly }: BarProps) {
  return (
    <fieldset class="selection">
      <legend class="sr">Actions for the selected findings</legend>
      <input type="hidden" name="list" value={query} />
      <input type="hidden" name="shown" value={list.rows.map(({ id }) => id).join(' ')} />
      <label class="check">
        <input type="checkbox" name="all" value="yes" data-select-all />
        <span>All {quantity(list.rows.length, 'finding')} of this page</span>
      </label>
      <span class="actions">
        {!readOnly && (
          <button type="submit" name="action" value="approve">
            Review and approve
          </button>
        )}
        <button type="submit" name="action" value="reject" class="quiet">
          Reject
        </button>
        <button type="submit" name="action" value="suppress" class="quiet">
          Suppress
        </button>
      </span>
    </fieldset>
  );
}
