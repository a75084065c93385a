/**
 * The sortable table of an environment's keys, with a menu in each row. The first hundred rows are rendered immediately
 * and the others in the following frames, so that long lists open fast. Emits `sort-change` and `open-menu`.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import { icon } from "../../components/icons";
import { relativeTime } from "../../components/relative-time";
import { richText } from "../../components/rich-text";
import type { Key } from "../../host/types/Key";
import { formatDateTime, formatRelative } from "../../lib/format/date";
import { isUsable } from "../../stores/key-state";
import { strings } from "../../strings";
import { keyStateBadge, permissionBadges } from "./key-badges";
import { compactRequestCounts, DEFAULT_SORT, requestCounts, type Sort, type SortKey } from "./key-list";

/** The key whose menu was requested, and the button to open it at. */
export type OpenMenuEvent = CustomEvent<{ key: Key; anchor: HTMLElement }>;
/** The column whose header was pressed. */
export type SortChangeEvent = CustomEvent<SortKey>;

/** The number of rows rendered in the first frame. */
const INITIAL_ROWS = 100;
/** The number of rows added in each following frame. */
const BATCH_ROWS = 150;

const COLUMNS: readonly SortKey[] = ["name", "permissions", "status", "used", "created"];

@customElement("key-table")
export class KeyTable extends AppElement {
  /** Filtered and sorted. */
  @property({ attribute: false }) keys: readonly Key[] = [];
  @property({ attribute: false }) sort: Sort = DEFAULT_SORT;
  /** The ids of keys with a running keychain command. */
  @property({ attribute: false }) busy: ReadonlySet<string> = new Set();
  @property({ attribute: false }) now = 0;
  @property() caption = "";

  @state() private highlightedId = "";
  @state() private renderedRows = INITIAL_ROWS;

  private isBatchScheduled = false;

  protected override updated(): void {
    if (this.isBatchScheduled || this.renderedRows >= this.keys.length) return;
    this.isBatchScheduled = true;
    requestAnimationFrame(() => setTimeout(() => this.renderBatch()));
  }

  private renderBatch(): void {
    this.isBatchScheduled = false;
    if (this.isConnected) this.renderedRows += BATCH_ROWS;
  }

  /** Focuses a row, scrolls to it, and highlights it for a moment. */
  async highlightRow(keyId: string): Promise<void> {
    this.highlightedId = keyId;
    if (this.keys.findIndex(({ id }) => id === keyId) >= this.renderedRows) this.renderedRows = this.keys.length;
    await this.updateComplete;
    const row = this.querySelector<HTMLElement>(`tr[data-key="${CSS.escape(keyId)}"]`);
    // Do not take the focus from a text field.
    if (!document.activeElement?.matches("input, textarea")) row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  private renderHeader(column: SortKey) {
    const { sort } = this;
    const isSorted = sort.column === column;
    return html`<th
      scope="col"
      class="col-${column}"
      aria-sort=${isSorted ? (sort.isDescending ? "descending" : "ascending") : nothing}
    >
      <button type="button" class=${isSorted ? "sorted" : ""} @click=${() => this.emit("sort-change", column)}>
        ${strings.keys.columns[column]}${icon(isSorted && !sort.isDescending ? "up" : "chevron")}
      </button>
    </th>`;
  }

  private renderLastUse(key: Key) {
    const hasCounts = key.allowed + key.denied > 0;
    const counts = hasCounts ? requestCounts(key) : "";
    const compactCounts = hasCounts ? html`<span class="key-counts">${compactRequestCounts(key)}</span>` : nothing;
    if (key.lastUsedAt === null) {
      return html`<span title=${counts || nothing}>${strings.keys.never}</span>${compactCounts}`;
    }
    const client = key.lastClient === null ? "" : strings.keys.fromClient(key.lastClient);
    const tooltip = `${formatDateTime(key.lastUsedAt)}${client}\n${counts}`;
    return html`<time title=${tooltip} datetime=${new Date(key.lastUsedAt).toISOString()}
        >${formatRelative(Math.min(key.lastUsedAt, this.now), this.now)}</time
      >${compactCounts}`;
  }

  private renderState(key: Key) {
    const badge = keyStateBadge(key.state);
    if (isUsable(key) || key.endedAt === null) return badge;
    return html`${badge} <span class="key-ended">${relativeTime(key.endedAt, this.now)}</span>`;
  }

  private renderKeychainSlot(key: Key, isBusy: boolean) {
    if (isBusy) return html`<span class="spinner" role="img" aria-label=${strings.keys.waitingForKeychain}></span>`;
    if (!key.keychain) return nothing;
    const label = strings.keys.inKeychain;
    return html`<span class="keychain-mark" role="img" aria-label=${label} title=${label}>${icon("keychain")}</span>`;
  }

  private renderMenuButton(key: Key) {
    if (!isUsable(key) && !key.keychain) return html`<span class="slot"></span>`;
    return html`<button
      type="button"
      class="icon-button"
      aria-haspopup="menu"
      aria-expanded="false"
      aria-label=${strings.general.actionsFor(key.name)}
      @click=${(event: Event) => this.emit("open-menu", { key, anchor: event.currentTarget })}
    >
      ${icon("dots")}
    </button>`;
  }

  private renderRow(key: Key) {
    const isBusy = this.busy.has(key.id);
    const isHighlighted = this.highlightedId === key.id;
    return guard([key, isBusy, isHighlighted, this.now], () => {
      const fullId = `${key.prefix}_${key.id}`;
      const created = relativeTime(key.createdAt, this.now);
      return html`<tr
        tabindex="-1"
        data-key=${key.id}
        class="${isUsable(key) ? "" : "ended"} ${isHighlighted ? "highlighted" : ""}"
      >
        <th scope="row" class="col-name"
          ><span class="key-name">${key.name}</span><span class="key-id">${fullId}</span></th
        >
        <td class="col-permissions">${permissionBadges(key.permissions)}</td>
        <td class="col-status">${this.renderState(key)}</td>
        <td class="col-used muted"
          >${this.renderLastUse(key)}<span class="key-created"
            >${richText(strings.keys.createdAt, { time: created })}</span
          ></td
        >
        <td class="col-created muted">${created}</td>
        <td class="col-end">
          <div>
            <span class="slot">${this.renderKeychainSlot(key, isBusy)}</span>
            ${this.renderMenuButton(key)}
          </div>
        </td>
      </tr>`;
    });
  }

  protected override render() {
    return html`<table class="keys" aria-rowcount=${this.keys.length + 1}>
      <caption class="visually-hidden">
        ${this.caption}
      </caption>
      <thead>
        <tr>
          ${COLUMNS.map((column) => this.renderHeader(column))}
          <td class="col-end"></td>
        </tr>
      </thead>
      <tbody @animationend=${() => (this.highlightedId = "")}>
        ${repeat(
          this.keys.slice(0, this.renderedRows),
          (key) => key.id,
          (key) => this.renderRow(key),
        )}
      </tbody>
    </table>`;
  }
}
