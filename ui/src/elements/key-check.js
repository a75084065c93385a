/**
 * The line of the one-time prompt that says what the copied key was answered when it was sent: two chips and the
 * time, a warning when they differ from its permissions, or why it could not be checked. It waits for nothing and
 * keeps its room free from the beginning.
 */
import { html, nothing } from "lit";
import { duration } from "../state/answer.js";
import { when } from "../state/dates.js";
import { answers, disagreement } from "../state/prompt-check.js";
import { LightElement } from "./light-element.js";

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
      return html`<p class="small">Not checked: ${failure.message} ${failure.advice}</p>`;
    }
    if (!answer) return nothing;
    const warning = disagreement(answer, prompt?.permissions ?? []);
    if (warning) {
      return html`<p class="small bad">${warning} Discard this key and look into the log.</p>`;
    }
    return answers(answer).map(
      ({ accepted, words }) => html`<span class="chip ${accepted ? "ok" : ""}">${words}</span> `,
    );
  }

  beside() {
    const { check, prompt } = this.state.prompt;
    const { answer, failure, checking, at } = check;
    if (checking) {
      return html`<span class="key-check-busy faint small"><span class="spinner" aria-hidden="true"></span>Checking</span>`;
    }
    if (failure) {
      return html`<button type="button" class="button small-button" @click=${this.again}>Check again</button>`;
    }
    if (!answer) return html`<span class="faint small">Checked once you copy it</span>`;
    if (disagreement(answer, prompt?.permissions ?? [])) return nothing;
    const now = Date.now();
    const moment = now - at < MINUTE_MS ? "just now" : when(at, now);
    return html`<span class="faint small"
      ><span class="key-check-when">checked ${moment} · </span>${duration(answer.milliseconds)}</span
    >`;
  }

  render() {
    const { failure } = this.state.prompt.check;
    return html`<div class="key-check-said ${failure ? "failed" : ""}" aria-live="polite" aria-atomic="true">${this.said()}</div>
      ${this.beside()}`;
  }
}

customElements.define("key-check", KeyCheck);
