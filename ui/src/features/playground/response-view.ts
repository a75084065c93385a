/**
 * The response to a Playground request: status, time, the gateway's decision, body, and headers. Shows the previous
 * response until the next one arrives.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { AppElement } from "../../app-element";
import { badge } from "../../components/badge";
import { fieldError, formError } from "../../components/field";
import { richText } from "../../components/rich-text";
import { tabList, tabPanel } from "../../components/tab-list";
import type { Environment } from "../../host/types/Environment";
import type { PlaygroundResponse } from "../../host/types/PlaygroundResponse";
import { formatDuration } from "../../lib/format/number";
import { highlightJson } from "../../lib/json-highlight";
import { gatewayHref } from "../../routes";
import { failedAfterAllow } from "../../stores/requests";
import { playgroundTab } from "../../strings/playground";
import { decisionLabel } from "../requests/decision-label";
import { statusTone } from "../requests/status";
import { REQUEST_FIELDS } from "./request-form";
import { bodyText, decisionReason } from "./response-text";

type Part = "body" | "headers";

const PARTS: readonly Part[] = ["body", "headers"];

@customElement("response-view")
export class ResponseView extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  @state() private shownPart: Part = "body";

  /** The result or error that was scrolled into view. */
  private scrolledTo: unknown = null;
  private highlightedNode: Node | null = null;
  private highlightedText = "";

  protected override observed() {
    return [this.stores.playground];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    highlightJson(null);
  }

  protected override updated(): void {
    const { result, error } = this.stores.playground;
    this.highlight();
    const outcome = result ?? error;
    if (outcome === this.scrolledTo) return;
    this.scrolledTo = outcome;
    if (outcome) this.querySelector(result ? ".response-head" : ".failure")?.scrollIntoView({ block: "nearest" });
  }

  private highlight(): void {
    const node = this.querySelector("pre[data-json]")?.firstChild ?? null;
    const text = node?.textContent ?? "";
    if (node === this.highlightedNode && text === this.highlightedText) return;
    this.highlightedNode = node;
    this.highlightedText = text;
    highlightJson(node instanceof Text ? node : null);
  }

  private async showInLog(requestId: number): Promise<void> {
    const { requests, navigation } = this.stores;
    const { projectId, id } = this.environment;
    await navigation.go(gatewayHref(projectId, id));
    await requests.selectById(requestId);
    await document.querySelector("request-log")?.showRow(requestId);
  }

  private renderDecision({ decision, status }: PlaygroundResponse) {
    if (!decision) return html`<p class="response-why muted">${playgroundTab.noDecision}</p>`;
    const { id, projectId } = this.environment;
    const { requestId } = decision;
    return html`<p class="response-why">
      ${decisionLabel(decision, decisionReason(decision, status))}
      ${failedAfterAllow(decision)
        ? html`<a class="text-link" href=${gatewayHref(projectId, id)}>${playgroundTab.changeEndpoint}</a>`
        : nothing}
      ${requestId === null
        ? nothing
        : html`<button type="button" class="link small" @click=${() => this.showInLog(requestId)}>
            ${playgroundTab.showInLog}
          </button>`}
    </p>`;
  }

  private renderHead(response: PlaygroundResponse) {
    const { status, reason, milliseconds } = response;
    return html`<p class="response-line">
        ${badge(statusTone(status), `${status} ${reason}`)}
        <span class="muted small">${formatDuration(milliseconds)}</span>
      </p>
      ${this.renderDecision(response)}`;
  }

  private renderContent(response: PlaygroundResponse) {
    const labels = { body: playgroundTab.body, headers: playgroundTab.headers(response.headers.length) };
    const content = this.shownPart === "body" ? this.renderText(response) : this.renderHeaders(response);
    return html`${tabList({
      name: "response",
      label: playgroundTab.parts,
      value: this.shownPart,
      tabs: PARTS.map((part) => ({ value: part, label: labels[part] })),
      onChange: (part) => (this.shownPart = part),
    })}
    ${tabPanel("response", this.shownPart, content)}`;
  }

  private renderText(response: PlaygroundResponse) {
    const { text, note, isJson } = bodyText(response);
    return html`${text === null
        ? nothing
        : html`<pre
            class="response-body"
            tabindex="0"
            role="region"
            aria-label=${playgroundTab.body}
            aria-describedby="response-note"
            ?data-json=${isJson}
            .textContent=${text}
          ></pre>`}
      <p class="faint small" id="response-note">${note}</p>`;
  }

  private renderHeaders({ headers }: PlaygroundResponse) {
    return html`<dl class="response-headers">
      ${headers.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>`;
  }

  private renderBody() {
    const { result, error, isCanceled } = this.stores.playground;
    // Formatting a large body at every keystroke in the form would be slow.
    if (result) return guard([result, this.shownPart], () => this.renderContent(result.response));
    const isShownHere = error !== null && !fieldError(error, REQUEST_FIELDS);
    return isShownHere || isCanceled ? nothing : html`<p class="muted small">${playgroundTab.responseEmpty}</p>`;
  }

  private renderHeading() {
    const { result } = this.stores.playground;
    if (!result) return html`<h2 id="response-heading">${playgroundTab.response}</h2>`;
    const request = richText(playgroundTab.responseTo, { request: `${result.method} ${result.path}` });
    return html`<h2 id="response-heading">${playgroundTab.response} <span class="faint">${request}</span></h2>`;
  }

  private renderStatus() {
    const { result, isCanceled } = this.stores.playground;
    if (isCanceled) return html`<p class="muted">${playgroundTab.canceled}</p>`;
    return result ? this.renderHead(result.response) : nothing;
  }

  protected override render() {
    const { error, isSending, isCanceled } = this.stores.playground;
    return html`<section
      class="card response"
      aria-labelledby="response-heading"
      aria-busy=${isSending ? "true" : "false"}
    >
      ${isSending
        ? html`<div class="progress" role="progressbar" aria-label=${playgroundTab.sending}></div>`
        : nothing}
      ${this.renderHeading()}
      <div class="response-head" role="status">${this.renderStatus()}</div>
      ${formError(error, REQUEST_FIELDS)} ${isCanceled ? nothing : this.renderBody()}
    </section>`;
  }
}
