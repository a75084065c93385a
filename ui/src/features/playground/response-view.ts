/**
 * The response to a Playground request: status, time, the gateway's decision, headers, and body. Shows the previous
 * response until the next one arrives.
 */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { AppElement } from "../../app-element";
import { badge, type BadgeTone } from "../../components/badge";
import { fieldError, formError } from "../../components/field";
import { icon } from "../../components/icons";
import { richText } from "../../components/rich-text";
import type { PlaygroundResponse } from "../../host/types/PlaygroundResponse";
import { formatDuration } from "../../lib/format/number";
import { failedAfterAllow } from "../../stores/decisions";
import { strings } from "../../strings";
import { REQUEST_FIELDS } from "./request-form";
import { bodyText, decisionReason } from "./response-text";

function statusTone(status: number): BadgeTone {
  if (status >= 500) return "bad";
  if (status >= 400) return "warn";
  return status >= 300 ? "" : "ok";
}

@customElement("response-view")
export class ResponseView extends AppElement {
  /** The result or error that was scrolled into view. */
  private scrolledTo: unknown = null;

  protected override observed() {
    return [this.stores.playground];
  }

  protected override updated(): void {
    const { result, error } = this.stores.playground;
    const outcome = result ?? error;
    if (outcome === this.scrolledTo) return;
    this.scrolledTo = outcome;
    if (outcome) this.querySelector(result ? ".response-head" : ".failure")?.scrollIntoView({ block: "nearest" });
  }

  private renderDecision({ decision }: PlaygroundResponse) {
    if (!decision) return html`<span class="muted">${strings.playground.noDecision}</span>`;
    const { allowed } = decision;
    const isFailed = failedAfterAllow(decision);
    return html`<span class=${allowed && !isFailed ? "passed" : "denied"}
      >${icon(isFailed ? "warning" : allowed ? "check" : "close")}<span>${decisionReason(decision)}</span></span
    >`;
  }

  private renderHead(response: PlaygroundResponse) {
    const { status, reason, milliseconds } = response;
    return html`<p class="response-line">
        ${badge(statusTone(status), `${status} ${reason}`)}
        <span class="muted small">${formatDuration(milliseconds)}</span>
      </p>
      <p class="response-why">${this.renderDecision(response)}</p>`;
  }

  private renderContent(response: PlaygroundResponse) {
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
        : html`<pre
            class="response-body"
            tabindex="0"
            role="region"
            aria-label=${strings.playground.body}
            aria-describedby="response-note"
          >${text}</pre>`}`;
  }

  private renderBody() {
    const { result, error } = this.stores.playground;
    // Formatting a large body at every keystroke in the form would be slow.
    if (result) return guard([result], () => this.renderContent(result.response));
    const isShownHere = error !== null && !fieldError(error, REQUEST_FIELDS);
    return isShownHere ? nothing : html`<p class="muted small">${strings.playground.responseEmpty}</p>`;
  }

  private renderHeading() {
    const { result } = this.stores.playground;
    if (!result) return html`<h2 id="response-heading">${strings.playground.response}</h2>`;
    const request = richText(strings.playground.responseTo, { request: `${result.method} ${result.path}` });
    return html`<h2 id="response-heading">${strings.playground.response} <span class="faint">${request}</span></h2>`;
  }

  private renderProgress() {
    return html`<div class="progress" role="progressbar" aria-label=${strings.playground.sending}></div>`;
  }

  protected override render() {
    const { result, error, isSending } = this.stores.playground;
    return html`<section
      class="card response"
      aria-labelledby="response-heading"
      aria-busy=${isSending ? "true" : "false"}
    >
      ${isSending ? this.renderProgress() : nothing} ${this.renderHeading()}
      <div class="response-head" role="status">${result ? this.renderHead(result.response) : nothing}</div>
      ${formError(error, REQUEST_FIELDS)} ${this.renderBody()}
    </section>`;
  }
}
