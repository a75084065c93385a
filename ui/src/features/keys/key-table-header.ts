/** The head of the key table: a checkbox for all keys, and the columns, each of which sorts. */
import { html, nothing } from "lit";
import { icon } from "../../components/icons";
import type { KeyList } from "../../stores/key-list";
import { currentSort, type SortKey, toggleSort } from "../../stores/key-view";
import { strings } from "../../strings";

type Column = Exclude<SortKey, "expiry">;

const COLUMNS: readonly Column[] = ["name", "permissions", "status", "used", "created"];

function sortHeader(list: KeyList, column: Column) {
  const sort = currentSort(list.view);
  const isSorted = sort.column === column;
  return html`<th
    scope="col"
    class="col-${column}"
    aria-sort=${isSorted ? (sort.isDescending ? "descending" : "ascending") : nothing}
  >
    <button
      type="button"
      class=${isSorted ? "sorted" : ""}
      @click=${() => list.setView({ sort: toggleSort(sort, column) })}
    >
      ${strings.keys.columns[column]}${icon(isSorted && !sort.isDescending ? "up" : "chevron")}
    </button>
  </th>`;
}

/** `isAllSelected` is whether all keys that match are selected, as far as their rows are known. */
export function keyTableHeader(list: KeyList, isAllSelected: boolean) {
  const { selected } = list;
  return html`<thead>
    <tr aria-rowindex="1">
      <td class="col-select">
        <input
          type="checkbox"
          aria-label=${strings.keys.selectAll}
          .checked=${isAllSelected}
          .indeterminate=${selected.count > 0 && !isAllSelected}
          @click=${() => (isAllSelected ? selected.clear() : selected.selectAll())}
        />
      </td>
      ${COLUMNS.map((column) => sortHeader(list, column))}
      <td class="col-end"></td>
    </tr>
  </thead>`;
}
