/**
 * The line of the one-time prompt with the test of the copied key: two chips and the time, a warning when they differ
 * from its permissions, or why the test failed. Its space is reserved, so the dialog never changes its size.
 */
import { html, nothing } from "lit";
import { when } from "../state/dates.js";
import { formatDuration } from "../state/numbers.js";
import { mismatch, results } from "../state/prompt-check.js";
import { strings } from "../strings.js";
import { sentences } from "./field.js";
import { LightElement } from "./light-element.js";
import { richText } from "./rich-text.js";

/** Results younger than this are shown as just now. */
const MINUTE_MS = 60_000;
/** How often the time is updated, in milliseconds. */
const CLOCK_INTERVAL_MS = 15_000;

class KeyCheck extends LightElement {
  constructor() {
    super();
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.ticking = undefined;
    /** @type {unknown} the result or failure that was scrolled into view */
    this.seen = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(() => this.requestUpdate(), CLOCK_INTERVAL_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  updated() {
    const { result, failure } = this.state.prompt.check;
    const arrived = failure ?? result;
    if (arrived === this.seen) return;
    this.seen = arrived;
    if (arrived) this.scrollIntoView({ block: "nearest" });
  }

  async again() {
    await this.state.prompt.check.again();
    await this.updateComplete;
    if (document.activeElement === document.body) this.emit("focus-lost"); // the pressed button is gone
  }

  /** The part that screen readers announce; the time is not, because it changes. */
  announced() {
    const { check, prompt } = this.state.prompt;
    const { result, failure } = check;
    if (failure) {
      return html`<p class="small">${strings.keyTest.failed(sentences(failure))}</p>`;
    }
    if (!result) return nothing;
    const warning = mismatch(result, prompt?.permissions ?? []);
    if (warning) return html`<p class="small bad">${warning}</p>`;
    return results(result).map(
      ({ allowed, text }) => html`<span class="chip ${allowed ? "ok" : ""}">${text}</span> `,
    );
  }

  status() {
    const { check, prompt } = this.state.prompt;
    const { result, failure, checking, at } = check;
    if (checking) {
      return html`<span class="key-check-busy faint small"><span class="spinner" aria-hidden="true"></span>${strings.keyTest.running}</span>`;
    }
    if (failure) {
      return html`<button type="button" class="button small-button" @click=${this.again}>${strings.keyTest.again}</button>`;
    }
    if (!result) return html`<span class="faint small">${strings.keyTest.before}</span>`;
    if (mismatch(result, prompt?.permissions ?? [])) return nothing;
    const now = Date.now();
    const time = now - at < MINUTE_MS ? strings.general.justNow : when(at, now);
    return html`<span class="faint small"
      ><span class="key-check-when">${richText(strings.keyTest.when, { time })}</span>${formatDuration(result.milliseconds)}</span
    >`;
  }

  render() {
    const { failure } = this.state.prompt.check;
    return html`<div class="key-check-result ${failure ? "failed" : ""}" aria-live="polite" aria-atomic="true">${this.announced()}</div>
      ${this.status()}`;
  }
}

customElements.define("key-check", KeyCheck);
