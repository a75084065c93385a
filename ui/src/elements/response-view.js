/**
 * The response to a Playground request: status, time, the gateway's decision, headers and body. Shows the previous
 * response until the next one arrives.
 */
import { html, nothing } from "lit";
import { failedAfterAllow } from "../state/decision-text.js";
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
    /** @type {unknown} the result or failure that was scrolled into view */
    this.seen = null;
  }

  updated() {
    const { result, failure } = this.state.playground;
    const arrived = result ?? failure;
    if (arrived === this.seen) return;
    this.seen = arrived;
    if (arrived) this.find(result ? ".response-head" : ".failure")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {PlaygroundResponse} response */
  why({ decision }) {
    if (!decision) return html`<span class="muted">${strings.playground.noDecision}</span>`;
    const { allowed } = decision;
    const failed = failedAfterAllow(decision);
    return html`<span class=${allowed && !failed ? "passed" : "denied"}
      >${icon(failed ? "warning" : allowed ? "check" : "close")}<span>${decisionReason(decision)}</span></span
    >`;
  }

  /** @param {PlaygroundResponse} response */
  head(response) {
    return html`<p class="response-line">
        <span class="chip ${tone(response.status)}">${response.status} ${response.reason}</span>
        <span class="muted small">${formatDuration(response.milliseconds)}</span>
      </p>
      <p class="response-why">${this.why(response)}</p>`;
  }

  /** @param {PlaygroundResponse} response */
  parts(response) {
    const { text, note } = bodyText(response);
    return html`<details class="response-headers">
        <summary>${strings.playground.headers(response.headers.length)}</summary>
        <dl>
          ${response.headers.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
        </dl>
      </details>
      <p class="faint small" id="response-note">${note}</p>
      ${text === null
        ? nothing
        : html`<pre class="response-body" tabindex="0" role="region" aria-label=${strings.playground.body} aria-describedby="response-note">${text}</pre>`}`;
  }

  render() {
    const { result, failure, sending } = this.state.playground;
    const shown = failure && !(failure.field && REQUEST_FIELDS.includes(failure.field)) ? failure : null;
    return html`<section class="card response" aria-labelledby="response-heading" aria-busy=${sending ? "true" : "false"}>
      ${sending ? html`<div class="progress" role="progressbar" aria-label=${strings.playground.sending}></div>` : nothing}
      <h2 id="response-heading">
        ${strings.playground.response}${result
          ? html` <span class="faint">${richText(strings.playground.responseTo, { request: `${result.method} ${result.path}` })}</span>`
          : nothing}
      </h2>
      <div class="response-head" role="status">${result ? this.head(result.response) : nothing}</div>
      ${shown ? failureBlock(shown) : nothing}
      ${result
        ? this.parts(result.response)
        : shown
          ? nothing
          : html`<p class="muted small">${strings.playground.responseEmpty}</p>`}
    </section>`;
  }
}

customElements.define("response-view", ResponseView);
