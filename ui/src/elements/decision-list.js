/**
 * The recent requests of an environment's gateway. New rows come in on top; a list that is scrolled down keeps its
 * position, and Pause stops it. The number of rows is bounded, and screen readers get counts only, at most every five
 * seconds.
 */
import { html, nothing } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { clock, exact } from "../state/dates.js";
import { failedAfterAllow, keyText, resultText } from "../state/decision-text.js";
import { summarize } from "../state/decisions.js";
import { RowSlots } from "../state/row-slots.js";
import { strings } from "../strings.js";
import "./copy-button.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";
import { richText } from "./rich-text.js";

/** @typedef {import("../types/Decision").Decision} Decision */
/** @typedef {import("../types/Key").Key} Key */

/** How often the counts are announced to screen readers, in milliseconds. */
const ANNOUNCE_INTERVAL_MS = 5000;

class DecisionList extends LightElement {
  static properties = { environment: { attribute: false }, announcement: { state: true } };

  constructor() {
    super();
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
    this.announcement = "";
    /** @type {import("../state/decisions.js").Counts | null} */
    this.announcedCounts = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.announceTimer = undefined;
    /** The id of the newest drawn row; rows above it are new. */
    this.newest = 0;
    this.hadFocus = false;
    this.slots = new RowSlots();
  }

  connectedCallback() {
    super.connectedCallback();
    this.state.decisions.addEventListener("changed", this.stateChanged);
    this.announcedCounts = this.state.decisions.counts;
    this.announceTimer = setInterval(() => this.announce(), ANNOUNCE_INTERVAL_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.state.decisions.removeEventListener("changed", this.stateChanged);
    clearInterval(this.announceTimer);
  }

  announce() {
    const { counts, frozen } = this.state.decisions;
    if (!this.announcedCounts || frozen) return;
    this.announcement = summarize(this.announcedCounts, counts) ?? "";
    this.announcedCounts = counts;
  }

  get rows() {
    return this.state.decisions.environmentId === this.environment.id ? this.state.decisions.shown : [];
  }

  willUpdate() {
    const { rows } = this;
    const box = this.find(".decisions-box");
    const scrolled = box !== null && box.scrollTop > 0;
    const fresh = rows.findIndex(({ id }) => id <= this.newest);
    this.added = scrolled ? (fresh === -1 ? rows.length : fresh) : 0;
    this.newest = rows[0]?.id ?? 0;
    this.hadFocus = this.contains(document.activeElement);
    const inUse = this.rowsInUse();
    this.slots.show(
      rows.map(({ id }) => id),
      (id) => inUse.has(id),
    );
  }

  /** The decisions whose row is pressed, focused or selected: their rows must not be reused. */
  rowsInUse() {
    const selection = getSelection();
    const selected = selection && !selection.isCollapsed && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    /** @type {NodeListOf<HTMLElement>} */
    const rows = this.querySelectorAll(selected ? "tbody tr" : "tbody tr:is(:active, :focus-within)");
    const inUse = [...rows].filter((row) => selected?.intersectsNode(row) || row.matches(":active, :focus-within"));
    return new Set(inUse.map((row) => Number(row.dataset.decision)));
  }

  updated() {
    const box = this.find(".decisions-box");
    // WebKit does not keep the scroll position when rows are added on top.
    if (box && this.added) box.scrollTop += this.added * (this.find("tbody tr")?.offsetHeight ?? 0);
    // The focused row may have been removed.
    if (this.hadFocus && document.activeElement === document.body) this.find(".decisions-box")?.focus({ preventScroll: true });
  }

  togglePause() {
    const { decisions } = this.state;
    if (!decisions.frozen) return decisions.pause();
    this.find(".decisions-box")?.scrollTo(0, 0); // back to the newest rows
    decisions.resume();
  }

  /** @param {Key} key */
  confirmRevocation(key) {
    this.emit("open-dialog", { kind: "revoke-key", key, environment: this.environment, after: [key.id] });
  }

  /**
   * @param {Decision} decision
   * @param {Key | undefined} key the key, while it can be revoked
   */
  row(decision, key) {
    return guard([decision, key?.id], () => {
      const { id, at, method, path, allowed } = decision;
      const failed = failedAfterAllow(decision);
      const result = resultText(decision);
      const keyName = keyText(decision);
      return html`<tr data-decision=${id} data-key=${decision.keyId ?? nothing} tabindex="-1">
        <td class="decision-time"><time title=${exact(at)} datetime=${new Date(at).toISOString()}>${clock(at)}</time></td>
        <td class="decision-method mono" title=${method}>${method}</td>
        <td class="decision-path mono" title=${path}>${path}</td>
        <td class="decision-key ${decision.keyName === null ? "faint" : ""}" title=${keyName}>${keyName}</td>
        <td class="decision-result ${allowed && !failed ? "passed" : ""}" title=${result}>
          <span>${icon(failed ? "warning" : allowed ? "check" : "close")}<span>${result}</span></span>
        </td>
        <td class="decision-end">
          ${key
            ? html`<button type="button" class="button danger" aria-label=${strings.revocation.revokeNamed(key.name)} @click=${() => this.confirmRevocation(key)}>
                ${strings.general.revoke}
              </button>`
            : nothing}
        </td>
      </tr>`;
    });
  }

  /** @param {Decision[]} rows */
  table(rows) {
    /** @type {Map<string, Key>} */
    const revocable = new Map();
    for (const key of this.state.library.keys.get(this.environment.id) ?? []) {
      if (key.state === "active" || key.state === "disabled") revocable.set(key.id, key);
    }
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
            ({ id }) => this.slots.slot(id),
            (decision) => this.row(decision, revocable.get(decision.keyId ?? "")),
          )}
        </tbody>
      </table>
    </div>`;
  }

  curlButton() {
    const { host, gateways } = this.state;
    const { id } = this.environment;
    if (!gateways.known.get(id)?.address) return nothing;
    return html`<copy-button .label=${strings.general.copyCurl} .copy=${() => host.copyCurl({ environmentId: id })}></copy-button>`;
  }

  empty() {
    const { decisions, gateways } = this.state;
    const address = gateways.running.get(this.environment.id);
    if (!decisions.known) return html`<div class="decisions-box decisions-empty"></div>`;
    return html`<div class="decisions-box decisions-empty">
      <h3>${strings.decisions.emptyTitle}</h3>
      <p class="muted">
        ${address
          ? richText(strings.decisions.emptyAbout, { address: html`<code>${address}</code>` })
          : strings.decisions.emptyStopped}
      </p>
      ${this.curlButton()}
    </div>`;
  }

  render() {
    const { decisions } = this.state;
    const { rows } = this;
    const paused = decisions.frozen !== null;
    return html`<div class="section-head">
        <h2 id="decisions-heading">${strings.decisions.title}</h2>
        <span class="spacer"></span>
        ${rows.length > 0
          ? html`${this.curlButton()}
              <button type="button" class="button pause-button" @click=${this.togglePause}>
                ${icon(paused ? "play" : "pause")}<span>${paused ? strings.decisions.resume : strings.decisions.pause}</span>
              </button>`
          : nothing}
      </div>
      ${rows.length > 0 ? this.table(rows) : this.empty()}
      <p class="small faint decisions-count">
        ${paused ? strings.decisions.paused(decisions.waiting) : strings.decisions.notShown(decisions.counts.skipped)}
      </p>
      <p role="status" class="visually-hidden">${this.announcement}</p>`;
  }
}

customElements.define("decision-list", DecisionList);
