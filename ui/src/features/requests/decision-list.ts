/**
 * The recent requests of an environment's gateway. New rows come in on top; a list that is scrolled down keeps its
 * position, and Pause stops it. The number of rows is bounded, and screen readers get counts only, at most every five
 * seconds.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import { revokeKey } from "../../commands/key";
import "../../components/copy-button";
import { icon } from "../../components/icons";
import { richText } from "../../components/rich-text";
import type { Decision } from "../../host/types/Decision";
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import { distinctText } from "../../lib/distinct-text";
import { formatDateTime, formatTime } from "../../lib/format/date";
import { RowRecycler } from "../../lib/row-recycler";
import { failedAfterAllow, summarize, type DecisionLog } from "../../stores/decisions";
import { isUsable } from "../../stores/key-state";
import { strings } from "../../strings";
import { describeResult, keyLabel } from "./decision-text";

/** How often the counts are announced to screen readers. */
const ANNOUNCE_INTERVAL_MS = 5000;

@customElement("decision-list")
export class DecisionList extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  @state() private announcement = { text: "", id: 0 };

  private announcedCounts: DecisionLog["counts"] | null = null;
  private announceTimer: ReturnType<typeof setInterval> | undefined;
  /** The id of the newest rendered decision; rows above it are new. */
  private newestId = 0;
  /** The number of rows added above the scroll position. */
  private addedRows = 0;
  private hadFocus = false;
  private readonly recycler = new RowRecycler();

  protected override observed() {
    const { decisions, keys, gateways } = this.stores;
    return [decisions, keys, gateways];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.announcedCounts = this.stores.decisions.counts;
    this.announceTimer = setInterval(() => this.announce(), ANNOUNCE_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.announceTimer);
  }

  private announce(): void {
    const { counts, paused } = this.stores.decisions;
    if (!this.announcedCounts || paused) return;
    const text = summarize(this.announcedCounts, counts) ?? "";
    if (text || this.announcement.text) this.announcement = { text, id: this.announcement.id + 1 };
    this.announcedCounts = counts;
  }

  private get rows(): readonly Decision[] {
    const { decisions } = this.stores;
    return decisions.environmentId === this.environment.id ? decisions.shown : [];
  }

  private get box(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".decisions-box");
  }

  protected override willUpdate(): void {
    const { rows, box } = this;
    const isScrolled = box !== null && box.scrollTop > 0;
    const known = rows.findIndex(({ id }) => id <= this.newestId);
    this.addedRows = isScrolled ? (known === -1 ? rows.length : known) : 0;
    this.newestId = rows[0]?.id ?? 0;
    this.hadFocus = this.contains(document.activeElement);
    const pinned = this.pinnedRows();
    this.recycler.assign(
      rows.map(({ id }) => id),
      (id) => pinned.has(id),
    );
  }

  /** Returns the decisions whose row is pressed, focused, or selected: their rows must not be reused. */
  private pinnedRows(): Set<number> {
    const selection = getSelection();
    const range = selection && !selection.isCollapsed && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    const rows = this.querySelectorAll<HTMLElement>(range ? "tbody tr" : "tbody tr:is(:active, :focus-within)");
    const pinned = [...rows].filter((row) => range?.intersectsNode(row) || row.matches(":active, :focus-within"));
    return new Set(pinned.map((row) => Number(row.dataset.decision)));
  }

  protected override updated(): void {
    const { box } = this;
    if (!box) return;
    // WebKit does not keep the scroll position when rows are added on top.
    const row = this.querySelector<HTMLElement>("tbody tr");
    if (row && this.addedRows) box.scrollTop += this.addedRows * row.offsetHeight;
    // The focused row may have been removed.
    if (this.hadFocus && document.activeElement === document.body) box.focus({ preventScroll: true });
  }

  private togglePause(): void {
    const { decisions } = this.stores;
    if (!decisions.paused) {
      decisions.pause();
      return;
    }
    this.box?.scrollTo(0, 0); // back to the newest rows
    decisions.resume();
  }

  /** `key` is the decision's key while it can be revoked. */
  private renderRow(decision: Decision, key: Key | undefined) {
    return guard([decision, key?.id], () => {
      const { id, at: time, method, path } = decision;
      const isFailed = failedAfterAllow(decision);
      const result = describeResult(decision);
      const keyName = keyLabel(decision);
      return html`<tr data-decision=${id} data-key=${decision.keyId ?? nothing} tabindex="-1">
        <td class="decision-time"
          ><time title=${formatDateTime(time)} datetime=${new Date(time).toISOString()}>${formatTime(time)}</time></td
        >
        <td class="decision-method mono" title=${method}>${method}</td>
        <td class="decision-path mono" title=${path}>${path}</td>
        <td class="decision-key ${decision.keyName === null ? "faint" : ""}" title=${keyName}>${keyName}</td>
        <td class="decision-result ${decision.allowed && !isFailed ? "passed" : ""}" title=${result}>
          <span>${icon(isFailed ? "warning" : decision.allowed ? "check" : "close")}<span>${result}</span></span>
        </td>
        <td class="decision-end">${key ? this.renderRevokeButton(key) : nothing}</td>
      </tr>`;
    });
  }

  private renderRevokeButton(key: Key) {
    return html`<button
      type="button"
      class="button danger"
      aria-label=${strings.revocation.revokeNamed(key.name)}
      @click=${() => revokeKey(this.stores, key, this.environment)}
    >
      ${strings.general.revoke}
    </button>`;
  }

  private renderTable(rows: readonly Decision[]) {
    const keys = this.stores.keys.byEnvironment.get(this.environment.id) ?? [];
    const revocable = new Map(keys.filter(isUsable).map((key) => [key.id, key]));
    const { columns } = strings.decisions;
    return html`<div class="decisions-box" tabindex="0" role="region" aria-labelledby="decisions-heading">
      <table class="decisions">
        <thead>
          <tr>
            <th scope="col" class="decision-time">${columns.time}</th>
            <th scope="col" class="decision-method">${columns.method}</th>
            <th scope="col" class="decision-path">${columns.path}</th>
            <th scope="col" class="decision-key">${columns.key}</th>
            <th scope="col" class="decision-result">${columns.result}</th>
            <td class="decision-end"></td>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            rows,
            ({ id }) => this.recycler.slot(id),
            (decision) => this.renderRow(decision, revocable.get(decision.keyId ?? "")),
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
    const address = gateways.running.get(this.environment.id);
    if (!decisions.isLoaded) return html`<div class="decisions-box decisions-empty"></div>`;
    return html`<div class="decisions-box decisions-empty">
      <h3>${strings.decisions.emptyTitle}</h3>
      <p class="muted">
        ${address
          ? richText(strings.decisions.emptyAbout, { address: html`<code>${address}</code>` })
          : strings.decisions.emptyStopped}
      </p>
      ${this.renderCurlButton()}
    </div>`;
  }

  protected override render() {
    const { rows } = this;
    const { counts, paused, pendingCount } = this.stores.decisions;
    const pauseLabel = paused ? strings.decisions.resume : strings.decisions.pause;
    return html`<div class="section-head">
        <h2 id="decisions-heading">${strings.decisions.title}</h2>
        <span class="spacer"></span>
        ${rows.length > 0
          ? html`${this.renderCurlButton()}
              <button type="button" class="button pause-button" @click=${this.togglePause}>
                ${icon(paused ? "play" : "pause")}<span>${pauseLabel}</span>
              </button>`
          : nothing}
      </div>
      ${rows.length > 0 ? this.renderTable(rows) : this.renderEmpty()}
      <p class="small faint decisions-count">
        ${paused ? strings.decisions.paused(pendingCount) : strings.decisions.notShown(counts.skipped)}
      </p>
      <p role="status" class="visually-hidden">${distinctText(this.announcement.text, this.announcement.id)}</p>`;
  }
}
