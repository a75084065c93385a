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

/** Under a minute it was just now; how often that is looked at again, in milliseconds. */
const MINUTE_MS = 60_000;
const TICK_MS = 15_000;

class KeyCheck extends LightElement {
  constructor() {
    super();
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.ticking = undefined;
    /** @type {unknown} the answer or failure that was brought into sight */
    this.seen = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(() => this.requestUpdate(), TICK_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  updated() {
    const { answer, failure } = this.state.prompt.check;
    const arrived = failure ?? answer;
    if (arrived === this.seen) return;
    this.seen = arrived;
    if (arrived) this.scrollIntoView({ block: "nearest" });
  }

  async again() {
    await this.state.prompt.check.again();
    await this.updateComplete;
    if (document.activeElement === document.body) this.emit("focus-lost"); // its button has gone
  }

  /** What is said aloud when it arrives; the time beside it changes and is not. */
  said() {
    const { check, prompt } = this.state.prompt;
    const { answer, failure } = check;
    if (failure) {
      return html`<p class="small">${strings.keyTest.failed(sentences(failure))}</p>`;
    }
    if (!answer) return nothing;
    const warning = mismatch(answer, prompt?.permissions ?? []);
    if (warning) return html`<p class="small bad">${warning}</p>`;
    return results(answer).map(
      ({ accepted, text }) => html`<span class="chip ${accepted ? "ok" : ""}">${text}</span> `,
    );
  }

  beside() {
    const { check, prompt } = this.state.prompt;
    const { answer, failure, checking, at } = check;
    if (checking) {
      return html`<span class="key-check-busy faint small"><span class="spinner" aria-hidden="true"></span>${strings.keyTest.running}</span>`;
    }
    if (failure) {
      return html`<button type="button" class="button small-button" @click=${this.again}>${strings.keyTest.again}</button>`;
    }
    if (!answer) return html`<span class="faint small">${strings.keyTest.before}</span>`;
    if (mismatch(answer, prompt?.permissions ?? [])) return nothing;
    const now = Date.now();
    const moment = now - at < MINUTE_MS ? strings.common.justNow : when(at, now);
    return html`<span class="faint small"
      ><span class="key-check-when">${richText(strings.keyTest.when, { moment })}</span>${formatDuration(answer.milliseconds)}</span
    >`;
  }

  render() {
    const { failure } = this.state.prompt.check;
    return html`<div class="key-check-said ${failure ? "failed" : ""}" aria-live="polite" aria-atomic="true">${this.said()}</div>
      ${this.beside()}`;
  }
}

customElements.define("key-check", KeyCheck);
