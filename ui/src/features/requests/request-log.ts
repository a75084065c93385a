/**
 * The requests of an environment's gateway. New rows come in on top, unless the list is paused or scrolled down. A row
 * opens its details. Screen readers get counts only, at most every five seconds.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import "../../components/copy-button";
import { richText } from "../../components/rich-text";
import { userName } from "../../components/user-name";
import type { Decision } from "../../host/types/Decision";
import type { Environment } from "../../host/types/Environment";
import { distinctText } from "../../lib/distinct-text";
import { formatPreciseTime, formatSince, formatTime } from "../../lib/format/date";
import { formatDuration } from "../../lib/format/number";
import { RowRecycler } from "../../lib/row-recycler";
import { isFiltered, NO_FILTER } from "../../stores/decision-filter";
import { type DecisionLog, MAX_VISIBLE, summarize } from "../../stores/decisions";
import { gatewayUrl } from "../../stores/gateways";
import { strings } from "../../strings";
import { decisionLabel } from "./decision-label";
import { describeDecision, keyLabel } from "./decision-text";
import "./request-details";
import "./request-filters";
import { statusLabel, statusName } from "./status";

/** How often the counts are announced to screen readers. */
const ANNOUNCE_INTERVAL_MS = 5000;

const COLUMNS = ["time", "method", "path", "status", "duration", "key", "result"] as const;

@customElement("request-log")
export class RequestLog extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  @state() private announcement = { text: "", id: 0 };

  private announcedCounts: DecisionLog["counts"] | null = null;
  private announceTimer: ReturnType<typeof setInterval> | undefined;
  /** The drawn rows. */
  private rows: readonly Decision[] = [];
  /** The number of rows that match the filter. */
  private rowCount = 0;
  /** Whether scrolling down paused the list; scrolling back resumes it. */
  private isPausedByScrolling = false;
  private hadFocus = false;
  private readonly recycler = new RowRecycler();

  protected override observed() {
    const { decisions, gateways } = this.stores;
    return [decisions, gateways];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.announcedCounts = this.stores.decisions.counts;
    this.announceTimer = setInterval(() => this.announce(), ANNOUNCE_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.announceTimer);
    if (this.isPausedByScrolling) this.stores.decisions.resume();
  }

  private announce(): void {
    const { counts, paused } = this.stores.decisions;
    if (!this.announcedCounts || paused) return;
    const text = summarize(this.announcedCounts, counts) ?? "";
    if (text || this.announcement.text) this.announcement = { text, id: this.announcement.id + 1 };
    this.announcedCounts = counts;
  }

  private get box(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".request-scroll");
  }

  private findDrawnRows(): void {
    const { decisions } = this.stores;
    const rows = decisions.environmentId === this.environment.id ? decisions.rows : [];
    this.rowCount = rows.length;
    this.rows = decisions.paused ? rows : rows.slice(0, MAX_VISIBLE);
  }

  protected override willUpdate(): void {
    this.findDrawnRows();
    const { rows } = this;
    this.hadFocus = this.querySelector(".request-scroll")?.contains(document.activeElement) ?? false;
    const pinned = this.pinnedRows();
    this.recycler.assign(
      rows.map(({ id }) => id),
      (id) => pinned.has(id),
    );
  }

  /** Returns the decisions whose row is pressed, focused or selected: their rows must not be reused. */
  private pinnedRows(): Set<number> {
    const selection = getSelection();
    const range = selection && !selection.isCollapsed && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    const rows = this.querySelectorAll<HTMLElement>(range ? "tbody tr" : "tbody tr:is(:active, :focus-within)");
    const pinned = [...rows].filter((row) => range?.intersectsNode(row) || row.matches(":active, :focus-within"));
    return new Set(pinned.map((row) => Number(row.dataset.decision)));
  }

  protected override updated(): void {
    // The focused row may have been removed.
    if (this.hadFocus && document.activeElement === document.body) this.box?.focus({ preventScroll: true });
  }

  private togglePause(): void {
    const { decisions } = this.stores;
    if (!decisions.paused) {
      decisions.pause();
      return;
    }
    this.isPausedByScrolling = false;
    this.box?.scrollTo(0, 0); // back to the newest rows
    decisions.resume();
  }

  private onScroll(): void {
    const { decisions } = this.stores;
    const isScrolled = (this.box?.scrollTop ?? 0) > 0;
    if (isScrolled && !decisions.paused) {
      this.isPausedByScrolling = true;
      decisions.pause();
    } else if (!isScrolled && this.isPausedByScrolling) {
      this.isPausedByScrolling = false;
      decisions.resume();
    }
  }

  private decisionOf(target: EventTarget | null): Decision | undefined {
    const row = (target as Element | null)?.closest<HTMLElement>("tbody tr");
    return row ? this.rows.find(({ id }) => id === Number(row.dataset.decision)) : undefined;
  }

  private onRowClick(event: MouseEvent): void {
    const decision = this.decisionOf(event.target);
    if (!decision || getSelection()?.isCollapsed === false) return; // text was selected
    const { decisions } = this.stores;
    const isOpen = decisions.selected?.id === decision.id;
    decisions.select(isOpen ? null : decision);
    (event.target as Element).closest("tr")?.querySelector("button")?.focus({ preventScroll: true });
    if (!isOpen) void this.revealRow(decision.id);
  }

  /** Scrolls a row into view after the details took space. */
  private async revealRow(id: number): Promise<void> {
    await this.updateComplete;
    for (const part of ["request-details", `tr[data-decision="${id}"]`]) {
      this.querySelector(part)?.scrollIntoView({ block: "nearest" });
    }
  }

  private onKeyDown(event: KeyboardEvent): void {
    const { decisions } = this.stores;
    if (event.key === "Escape" && decisions.selected) {
      event.preventDefault();
      this.closeDetails();
      return;
    }
    const offset = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const decision = this.decisionOf(event.target);
    if (!offset || !decision) return;
    event.preventDefault();
    const next = this.rows[this.rows.indexOf(decision) + offset];
    if (!next) return;
    if (decisions.selected) decisions.select(next);
    this.querySelector<HTMLElement>(`tr[data-decision="${next.id}"] button`)?.focus({ preventScroll: true });
    void this.revealRow(next.id);
  }

  private focusFirstRow(): void {
    this.querySelector<HTMLElement>("tbody button")?.focus();
  }

  private closeDetails(): void {
    const id = this.stores.decisions.selected?.id;
    const hadFocus = this.querySelector("request-details")?.contains(document.activeElement);
    this.stores.decisions.select(null);
    if (!hadFocus) return;
    const row = this.querySelector<HTMLElement>(`tr[data-decision="${id}"] button`);
    (row ?? this.box)?.focus({ preventScroll: true });
  }

  private renderRow(decision: Decision, isSelected: boolean, isTabStop: boolean) {
    return guard([decision, isSelected, isTabStop], () => {
      const { id, at: time, method, path, status, milliseconds } = decision;
      const result = describeDecision(decision);
      const keyName = keyLabel(decision);
      return html`<tr
        data-decision=${id}
        data-key=${decision.keyId ?? nothing}
        class=${isSelected ? "selected" : ""}
        tabindex="-1"
      >
        <td class="request-time"
          ><time data-tooltip=${formatPreciseTime(time)} datetime=${new Date(time).toISOString()}>${formatTime(time)}</time></td
        >
        <td class="request-method mono" data-tooltip>${method}</td>
        <td class="request-path"
          ><button
            data-tooltip
            type="button"
            class="mono"
            tabindex=${isTabStop ? 0 : -1}
            aria-expanded=${isSelected ? "true" : "false"}
            aria-controls=${isSelected ? "request-details" : nothing}
            >${path}</button
          ></td
        >
        <td class="request-status" data-tooltip=${`${status} ${statusName(status)}`}>${statusLabel(status)}</td>
        <td class="request-duration">${formatDuration(milliseconds)}</td>
        <td class="request-key ${decision.keyName === null ? "faint" : ""}" data-tooltip>${userName(keyName)}</td>
        <td class="request-result" data-tooltip=${result}>${decisionLabel(decision, result)}</td>
      </tr>`;
    });
  }

  private renderTable() {
    const { rows } = this;
    const { selected } = this.stores.decisions;
    const tabStop = rows.some(({ id }) => id === selected?.id) ? selected?.id : rows[0]?.id;
    return html`<div
      class="request-scroll"
      tabindex="0"
      role="region"
      aria-labelledby="requests-heading"
      @scroll=${this.onScroll}
      @keydown=${this.onKeyDown}
    >
      <table class="requests">
        <thead>
          <tr>
            ${COLUMNS.map((name) => html`<th scope="col" class="request-${name}">${strings.decisions.columns[name]}</th>`)}
          </tr>
        </thead>
        <tbody @click=${this.onRowClick}>
          ${repeat(
            rows,
            ({ id }) => this.recycler.slot(id),
            (decision) => this.renderRow(decision, decision.id === selected?.id, decision.id === tabStop),
          )}
        </tbody>
      </table>
    </div>`;
  }

  private renderCurlButton() {
    const { host, gateways } = this.stores;
    const { id } = this.environment;
    if (!gateways.byEnvironment.get(id)?.address) return nothing;
    const copy = () => host.copyCurl({ environmentId: id });
    return html`<copy-button .label=${strings.general.copyCurl} .copy=${copy}></copy-button>`;
  }

  private renderEmpty() {
    const { decisions, gateways } = this.stores;
    const isRunning = gateways.running.has(this.environment.id);
    const url = gatewayUrl(gateways.byEnvironment.get(this.environment.id));
    if (!decisions.isLoaded) return html`<div class="request-scroll requests-empty"></div>`;
    if (isFiltered(decisions.filter) && decisions.entries.length > 0) {
      return html`<div class="request-scroll requests-empty">
        <p class="muted">${strings.decisions.noMatch}</p>
        <button type="button" class="button" @click=${() => decisions.setFilter(NO_FILTER)}>
          ${strings.decisions.clearFilters}
        </button>
      </div>`;
    }
    return html`<div class="request-scroll requests-empty">
      <h3>${strings.decisions.emptyTitle}</h3>
      <p class="muted">
        ${isRunning
          ? richText(strings.decisions.emptyAbout, { address: html`<code>${url}</code>` })
          : strings.decisions.emptyStopped}
      </p>
      ${this.renderCurlButton()}
    </div>`;
  }

  private get countText(): string {
    const { entries, filter } = this.stores.decisions;
    const { matching, newestOf, requests } = strings.decisions;
    if (isFiltered(filter)) return matching(this.rowCount, entries.length);
    return this.rows.length < this.rowCount ? newestOf(this.rows.length, this.rowCount) : requests(this.rowCount);
  }

  private renderFooter() {
    const { decisions } = this.stores;
    const { counts, paused, pendingCount, since } = decisions;
    const { notShown } = strings.decisions;
    const time = html`<time datetime=${new Date(since).toISOString()}>${formatSince(since, Date.now())}</time>`;
    return html`<p class="requests-footer small faint">
      <span data-tooltip=${strings.decisions.sinceTitle(formatPreciseTime(since))}
        >${this.countText} ${richText(strings.decisions.since, { time })}</span
      >
      <span>${notShown(counts.skipped)}</span>
      <span class="spacer"></span>
      <span>${paused ? strings.decisions.paused(pendingCount) : nothing}</span>
    </p>`;
  }

  protected override render() {
    const { selected } = this.stores.decisions;
    return html`<h2 id="requests-heading" class="visually-hidden">${strings.decisions.title}</h2>
      <request-filters @pause-toggle=${this.togglePause} @rows-entered=${this.focusFirstRow}></request-filters>
      <div class="request-panes ${selected ? "with-details" : ""}">
        ${this.rows.length > 0 ? this.renderTable() : this.renderEmpty()}
        ${selected
          ? html`<request-details
              .environment=${this.environment}
              .decision=${selected}
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
