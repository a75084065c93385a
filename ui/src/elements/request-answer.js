/**
 * What came back through the gateway: status, time, why it was accepted or refused, headers and body. Renders the
 * Playground's last answer, keeps its room before there is one, and shows the old one until the next has come.
 */
import { html, nothing } from "lit";
import { bodyOf, duration, headerCount, why } from "../state/answer.js";
import { failureBlock } from "./field.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";
import { REQUEST_FIELDS } from "./request-form.js";

/** @typedef {import("../types/PlaygroundAnswer").PlaygroundAnswer} PlaygroundAnswer */

/** @param {number} status */
const tone = (status) => (status >= 500 ? "bad" : status >= 400 ? "warn" : status >= 300 ? "" : "ok");

class RequestAnswer extends LightElement {
  constructor() {
    super();
    /** @type {unknown} the answer or failure that was brought into sight */
    this.seen = null;
  }

  updated() {
    const { answered, failure } = this.state.playground;
    const arrived = answered ?? failure;
    if (arrived === this.seen) return;
    this.seen = arrived;
    if (arrived) this.find(answered ? ".answer-head" : ".failure")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {PlaygroundAnswer} answer */
  why({ decision }) {
    if (!decision) return html`<span class="muted">The gateway did not say why.</span>`;
    const { accepted } = decision;
    return html`<span class=${accepted ? "passed" : "refused"}
      >${icon(accepted ? "check" : "close")}<span>${why(decision)}</span></span
    >`;
  }

  /** @param {PlaygroundAnswer} answer */
  head(answer) {
    return html`<p class="answer-line">
        <span class="chip ${tone(answer.status)}">${answer.status} ${answer.reason}</span>
        <span class="muted small">${duration(answer.milliseconds)}</span>
      </p>
      <p class="answer-why">${this.why(answer)}</p>`;
  }

  /** @param {PlaygroundAnswer} answer */
  parts(answer) {
    const { text, note } = bodyOf(answer);
    return html`<details class="answer-headers">
        <summary>${headerCount(answer.headers)}</summary>
        <dl>
          ${answer.headers.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
        </dl>
      </details>
      <p class="faint small" id="answer-note">${note}</p>
      ${text === null
        ? nothing
        : html`<pre class="answer-body" tabindex="0" role="region" aria-label="Body" aria-describedby="answer-note">${text}</pre>`}`;
  }

  render() {
    const { answered, failure, sending } = this.state.playground;
    const shown = failure && !(failure.field && REQUEST_FIELDS.includes(failure.field)) ? failure : null;
    return html`<section class="card answer" aria-labelledby="answer-heading" aria-busy=${sending ? "true" : "false"}>
      ${sending ? html`<div class="progress" role="progressbar" aria-label="Sending"></div>` : nothing}
      <h2 id="answer-heading">
        Answer${answered ? html` <span class="faint">to ${answered.method} ${answered.path}</span>` : nothing}
      </h2>
      <div class="answer-head" role="status">${answered ? this.head(answered.answer) : nothing}</div>
      ${shown ? failureBlock(shown) : nothing}
      ${answered
        ? this.parts(answered.answer)
        : shown
          ? nothing
          : html`<p class="muted small">Its status, why it was accepted or refused, its headers and its body.</p>`}
    </section>`;
  }
}

customElements.define("request-answer", RequestAnswer);
