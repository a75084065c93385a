/**
 * The response to a Playground request: status, time, the gateway's decision, headers and body. Shows the previous
 * response until the next one arrives.
 */
import { html, nothing } from "lit";
import { isUnanswered } from "../state/decision-text.js";
import { formatDuration } from "../state/numbers.js";
import { bodyText, decisionReason } from "../state/response-text.js";
import { strings } from "../strings.js";
import { failureBlock } from "./field.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";
import { REQUEST_FIELDS } from "./request-form.js";
import { richText } from "./rich-text.js";

/** @typedef {import("../types/PlaygroundResponse").PlaygroundResponse} PlaygroundResponse */

/** @param {number} status */
const tone = (status) => (status >= 500 ? "bad" : status >= 400 ? "warn" : status >= 300 ? "" : "ok");

class ResponseView extends LightElement {
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
    if (arrived) this.find(answered ? ".response-head" : ".failure")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {PlaygroundResponse} answer */
  why({ decision }) {
    if (!decision) return html`<span class="muted">${strings.playground.noDecision}</span>`;
    const { accepted } = decision;
    const unanswered = isUnanswered(decision);
    return html`<span class=${accepted && !unanswered ? "passed" : "refused"}
      >${icon(unanswered ? "warning" : accepted ? "check" : "close")}<span>${decisionReason(decision)}</span></span
    >`;
  }

  /** @param {PlaygroundResponse} answer */
  head(answer) {
    return html`<p class="response-line">
        <span class="chip ${tone(answer.status)}">${answer.status} ${answer.reason}</span>
        <span class="muted small">${formatDuration(answer.milliseconds)}</span>
      </p>
      <p class="response-why">${this.why(answer)}</p>`;
  }

  /** @param {PlaygroundResponse} answer */
  parts(answer) {
    const { text, note } = bodyText(answer);
    return html`<details class="response-headers">
        <summary>${strings.playground.headers(answer.headers.length)}</summary>
        <dl>
          ${answer.headers.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
        </dl>
      </details>
      <p class="faint small" id="response-note">${note}</p>
      ${text === null
        ? nothing
        : html`<pre class="response-body" tabindex="0" role="region" aria-label=${strings.playground.body} aria-describedby="response-note">${text}</pre>`}`;
  }

  render() {
    const { answered, failure, sending } = this.state.playground;
    const shown = failure && !(failure.field && REQUEST_FIELDS.includes(failure.field)) ? failure : null;
    return html`<section class="card response" aria-labelledby="response-heading" aria-busy=${sending ? "true" : "false"}>
      ${sending ? html`<div class="progress" role="progressbar" aria-label=${strings.playground.sending}></div>` : nothing}
      <h2 id="response-heading">
        ${strings.playground.response}${answered
          ? html` <span class="faint">${richText(strings.playground.responseTo, { request: `${answered.method} ${answered.path}` })}</span>`
          : nothing}
      </h2>
      <div class="response-head" role="status">${answered ? this.head(answered.answer) : nothing}</div>
      ${shown ? failureBlock(shown) : nothing}
      ${answered
        ? this.parts(answered.answer)
        : shown
          ? nothing
          : html`<p class="muted small">${strings.playground.responseEmpty}</p>`}
    </section>`;
  }
}

customElements.define("response-view", ResponseView);
