/**
 * The request log of an environment. Only the rows near the visible part are drawn. New rows come in on top, unless the
 * list is paused or scrolled down. A row opens its details. Screen readers get counts only, at most every five seconds.
 */
import { defaultRangeExtractor, VirtualizerController } from "@tanstack/lit-virtual";
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import "../../components/copy-button";
import { richText } from "../../components/rich-text";
import { coveredHeight, toastSpace } from "../../components/toast-space";
import type { CommandError } from "../../host/command-error";
import type { Environment } from "../../host/types/Environment";
import type { LoggedRequest } from "../../host/types/LoggedRequest";
import { distinctText } from "../../lib/distinct-text";
import { RowRecycler } from "../../lib/row-recycler";
import { setHeight } from "../../lib/set-height";
import { isFiltered, NO_FILTER } from "../../stores/request-filter";
import { type Counts, PAGE_SIZE, summarize } from "../../stores/requests";
import { gatewayUrl } from "../../stores/gateways";
import { strings } from "../../strings";
import "./request-details";
import "./request-filters";
import { COLUMNS, gapRow, requestRow } from "./request-row";

/** How often the counts are announced to screen readers. */
const ANNOUNCE_INTERVAL_MS = 5000;
/** Rows that are drawn above and below the visible ones. */
const OVERSCAN_ROWS = 10;
/** How many rows before the last one the next page is read. */
const READ_AHEAD_ROWS = 50;
/** Until a row is measured. */
const ESTIMATED_ROW_HEIGHT = 34;

@customElement("request-log")
export class RequestLog extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  @state() private announcement = { text: "", id: 0 };

  private announcedCounts: Counts | null = null;
  private announceTimer: ReturnType<typeof setInterval> | undefined;
  private unwatch: (() => void) | undefined;
  /** The rows that can be drawn. */
  private rows: readonly LoggedRequest[] = [];
  private rowHeight = ESTIMATED_ROW_HEIGHT;
  /** Whether scrolling down paused the list; scrolling back resumes it. */
  private isPausedByScrolling = false;
  private hadFocus = false;
  private readonly recycler = new RowRecycler();
  private resizing: ResizeObserver | undefined;

  private readonly controller = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    count: 0,
    getScrollElement: () => this.box,
    estimateSize: () => this.rowHeight,
    initialRect: { width: 0, height: innerHeight },
    overscan: OVERSCAN_ROWS,
    rangeExtractor: defaultRangeExtractor,
  });

  protected override observed() {
    const { requests, gateways } = this.stores;
    return [requests, gateways];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.announcedCounts = this.stores.requests.counts;
    this.announceTimer = setInterval(() => this.announce(), ANNOUNCE_INTERVAL_MS);
    this.unwatch = this.stores.requests.watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.announceTimer);
    this.unwatch?.();
    this.resizing?.disconnect();
    this.resizing = undefined;
    if (this.isPausedByScrolling) void this.stores.requests.resume();
  }

  private announce(): void {
    const { counts, isPaused } = this.stores.requests;
    if (!this.announcedCounts || isPaused) return;
    const text = summarize(this.announcedCounts, counts) ?? "";
    if (text || this.announcement.text) this.announcement = { text, id: this.announcement.id + 1 };
    this.announcedCounts = counts;
  }

  private get box(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".request-scroll");
  }

  private get virtualizer() {
    return this.controller.getVirtualizer();
  }

  protected override willUpdate(): void {
    const { requests } = this.stores;
    this.rows = requests.environmentId === this.environment.id ? requests.rows : [];
    this.virtualizer.setOptions({
      ...this.virtualizer.options,
      count: this.rows.length,
      scrollMargin: this.rowHeight,
      scrollPaddingStart: this.rowHeight,
    });
    this.hadFocus = this.box?.contains(document.activeElement) ?? false;
    const pinned = this.pinnedRows();
    this.recycler.assign(
      this.drawn.map(({ id }) => id),
      (id) => pinned.has(id),
    );
  }

  /** The drawn rows, by their index in the list. */
  private get drawn(): { id: number; index: number }[] {
    return this.virtualizer.getVirtualItems().flatMap(({ index }) => {
      const row = this.rows[index];
      return row ? [{ id: row.id, index }] : [];
    });
  }

  /** Returns the requests whose row is pressed, focused or selected: their rows must not be reused. */
  private pinnedRows(): Set<number> {
    const selection = getSelection();
    const range = selection && !selection.isCollapsed && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    const rows = this.querySelectorAll<HTMLElement>(range ? "tbody tr" : "tbody tr:is(:active, :focus-within)");
    const pinned = [...rows].filter((row) => range?.intersectsNode(row) || row.matches(":active, :focus-within"));
    return new Set(pinned.map((row) => Number(row.dataset.request)));
  }

  protected override updated(): void {
    const { box } = this;
    // The focused row may have been removed.
    if (this.hadFocus && document.activeElement === document.body) box?.focus({ preventScroll: true });
    const lastDrawn = this.virtualizer.range?.endIndex ?? 0;
    if (lastDrawn + READ_AHEAD_ROWS >= this.rows.length) void this.stores.requests.loadOlder();
    if (this.resizing || !box) return;
    this.resizing = new ResizeObserver(() => this.measure());
    this.resizing.observe(this);
    this.measure();
  }

  /** All rows have the same height, which depends on the zoom. */
  private measure(): void {
    const height = this.querySelector<HTMLElement>("thead tr")?.getBoundingClientRect().height;
    if (!height || height === this.rowHeight) return;
    this.rowHeight = height;
    this.virtualizer.measure();
    this.requestUpdate();
  }

  private togglePause(): void {
    const { requests } = this.stores;
    if (!requests.isPaused) {
      requests.pause();
      return;
    }
    this.isPausedByScrolling = false;
    this.box?.scrollTo(0, 0); // back to the newest rows
    void requests.resume();
  }

  private onScroll(): void {
    const { requests } = this.stores;
    const isScrolled = (this.box?.scrollTop ?? 0) > 0;
    if (isScrolled && !requests.isPaused) {
      this.isPausedByScrolling = true;
      requests.pause();
    } else if (!isScrolled && this.isPausedByScrolling) {
      this.isPausedByScrolling = false;
      void requests.resume();
    }
  }

  private requestOf(target: EventTarget | null): LoggedRequest | undefined {
    const row = (target as Element | null)?.closest<HTMLElement>("tbody tr");
    return row ? this.rows.find(({ id }) => id === Number(row.dataset.request)) : undefined;
  }

  private rowOf(id: number): HTMLElement | null {
    return this.querySelector<HTMLElement>(`tr[data-request="${id}"]`);
  }

  private onRowClick(event: MouseEvent): void {
    const request = this.requestOf(event.target);
    if (!request || getSelection()?.isCollapsed === false) return; // text was selected
    const { requests } = this.stores;
    const isOpen = requests.selected?.id === request.id;
    requests.select(isOpen ? null : request);
    (event.target as Element).closest("tr")?.querySelector("button")?.focus({ preventScroll: true });
    if (!isOpen) void this.revealRow(request.id, { isPressed: true });
  }

  /** Scrolls to a row and focuses it. */
  async showRow(id: number): Promise<void> {
    await this.revealRow(id);
    await this.updateComplete;
    this.rowOf(id)?.querySelector("button")?.focus({ preventScroll: true });
  }

  /** Scrolls a row into view after the details took space, and above messages unless it is under the pointer. */
  private async revealRow(id: number, { isPressed } = { isPressed: false }): Promise<void> {
    await this.updateComplete;
    this.querySelector("request-details")?.scrollIntoView({ block: "nearest" });
    const { box, virtualizer } = this;
    const index = this.rows.findIndex((row) => row.id === id);
    const row = virtualizer.measurementsCache[index];
    if (!box || !row) return;
    const isVisible = row.start >= box.scrollTop + this.rowHeight && row.end <= box.scrollTop + box.clientHeight + 1;
    if (isPressed && isVisible) return;
    virtualizer.options.scrollPaddingEnd = isPressed ? 0 : coveredHeight(box, 2 * this.rowHeight);
    virtualizer.scrollToIndex(index);
  }

  private onKeyDown(event: KeyboardEvent): void {
    const { requests } = this.stores;
    if (event.key === "Escape" && requests.selected) {
      event.preventDefault();
      this.closeDetails();
      return;
    }
    const offset = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const request = this.requestOf(event.target);
    if (!offset || !request) return;
    event.preventDefault();
    const next = this.rows[this.rows.indexOf(request) + offset];
    if (!next) return;
    if (requests.selected) requests.select(next);
    this.rowOf(next.id)?.querySelector("button")?.focus({ preventScroll: true });
    void this.revealRow(next.id);
  }

  private focusFirstRow(): void {
    this.querySelector<HTMLElement>("tbody button")?.focus();
  }

  private closeDetails(): void {
    const id = this.stores.requests.selected?.id;
    const hadFocus = this.querySelector("request-details")?.contains(document.activeElement);
    this.stores.requests.select(null);
    if (!hadFocus) return;
    const row = id === undefined ? null : this.rowOf(id)?.querySelector("button");
    (row ?? this.box)?.focus({ preventScroll: true });
  }

  /** Returns the drawn rows by the element that draws them, between the spaces of the others. */
  private get slots(): { key: string; index: number; gap: number }[] {
    const items = this.virtualizer.getVirtualItems();
    const above = (items.at(0)?.start ?? this.rowHeight) - this.rowHeight;
    const below = this.virtualizer.getTotalSize() + this.rowHeight - (items.at(-1)?.end ?? this.rowHeight);
    return [
      { key: "above", index: -1, gap: above },
      ...this.drawn.map(({ id, index }) => ({ key: String(this.recycler.slot(id)), index, gap: 0 })),
      { key: "below", index: -1, gap: below },
    ].filter(({ index, gap }) => index !== -1 || gap > 1);
  }

  private renderRow(index: number, tabStop: number | undefined) {
    const request = this.rows[index];
    if (!request) return nothing;
    const isSelected = request.id === this.stores.requests.selected?.id;
    const isTabStop = request.id === tabStop;
    return guard([request, index, isSelected, isTabStop], () => requestRow(request, { index, isSelected, isTabStop }));
  }

  private renderTable() {
    const { drawn } = this;
    const { selected, total } = this.stores.requests;
    const tabStop = drawn.some(({ id }) => id === selected?.id) ? selected?.id : drawn[0]?.id;
    // The height is set in advance: while rows are exchanged, a shorter table would change the scroll position.
    const height = this.virtualizer.getTotalSize() + this.rowHeight;
    return html`<div
      class="request-scroll"
      tabindex="0"
      role="region"
      aria-labelledby="requests-heading"
      @scroll=${this.onScroll}
      @keydown=${this.onKeyDown}
    >
      <div ${setHeight(height)}>
        <table class="requests" aria-rowcount=${total + 1}>
          <thead>
            <tr aria-rowindex="1">
              ${COLUMNS.map((name) => html`<th scope="col" class="request-${name}">${strings.decisions.columns[name]}</th>`)}
            </tr>
          </thead>
          <tbody @click=${this.onRowClick}>
            ${repeat(
              this.slots,
              ({ key }) => key,
              ({ index, gap }) => (index === -1 ? gapRow(gap) : this.renderRow(index, tabStop)),
            )}
          </tbody>
        </table>
      </div>
      ${toastSpace()}
    </div>`;
  }

  private renderCurlButton() {
    const { host, gateways } = this.stores;
    const { id } = this.environment;
    if (!gateways.byEnvironment.get(id)?.address) return nothing;
    const copy = () => host.copyCurl({ environmentId: id });
    return html`<copy-button .label=${strings.general.copyCurl} .copy=${copy}></copy-button>`;
  }

  private renderFailure({ message, advice }: CommandError) {
    return html`<div class="request-failure" role="alert">
      <p>${message} ${advice}</p>
      <button type="button" class="button" @click=${() => this.stores.requests.receive()}>
        ${strings.general.tryAgain}
      </button>
    </div>`;
  }

  private renderEmpty() {
    const { requests, gateways } = this.stores;
    const { failure, isLoaded, filter } = requests;
    const isRunning = gateways.running.has(this.environment.id);
    const url = gatewayUrl(gateways.byEnvironment.get(this.environment.id));
    if (failure) return html`<div class="requests-empty">${this.renderFailure(failure)}</div>`;
    if (!isLoaded) return html`<div class="requests-empty"></div>`;
    if (isFiltered(filter)) {
      return html`<div class="requests-empty">
        <p class="muted">${strings.decisions.noMatch}</p>
        <button type="button" class="button" @click=${() => requests.setFilter(NO_FILTER)}>
          ${strings.decisions.clearFilters}
        </button>
      </div>`;
    }
    return html`<div class="requests-empty">
      <h3>${strings.decisions.emptyTitle}</h3>
      <p class="muted">
        ${isRunning
          ? richText(strings.decisions.emptyAbout, { address: html`<code>${url}</code>` })
          : strings.decisions.emptyStopped}
      </p>
      ${this.renderCurlButton()}
    </div>`;
  }

  private renderFooter() {
    const { filter, total, isPaused, pendingCount, unlogged } = this.stores.requests;
    const { decisions } = strings;
    return html`<p class="requests-footer small faint">
      <span data-tooltip=${decisions.kept}>${isFiltered(filter) ? decisions.matching(total) : decisions.requests(total)}</span>
      ${unlogged > 0
        ? html`<span data-tooltip=${decisions.unloggedAbout}>${decisions.unlogged(unlogged)}</span>`
        : nothing}
      <span class="spacer"></span>
      <span>${isPaused ? decisions.paused(pendingCount, PAGE_SIZE) : nothing}</span>
    </p>`;
  }

  protected override render() {
    const { selected, failure } = this.stores.requests;
    return html`<h2 id="requests-heading" class="visually-hidden">${strings.decisions.title}</h2>
      <request-filters @pause-toggle=${this.togglePause} @rows-entered=${this.focusFirstRow}></request-filters>
      ${failure && this.rows.length > 0 ? this.renderFailure(failure) : nothing}
      <div class="request-panes ${selected ? "with-details" : ""}">
        ${this.rows.length > 0 ? this.renderTable() : this.renderEmpty()}
        ${selected
          ? html`<request-details
              .environment=${this.environment}
              .request=${selected}
              @close=${this.closeDetails}
              @keydown=${(event: KeyboardEvent) => {
                if (event.key === "Escape") this.closeDetails();
              }}
            ></request-details>`
          : nothing}
      </div>
      ${this.renderFooter()}
      <p role="status" class="visually-hidden">${distinctText(this.announcement.text, this.announcement.id)}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "request-log": RequestLog;
  }
}
