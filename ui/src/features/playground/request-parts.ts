/** The parts of a Playground request below its key: the headers that are sent, the query, and the body. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { fieldError } from "../../components/field";
import { icon } from "../../components/icons";
import { tabList, tabPanel } from "../../components/tab-list";
import type { CommandError } from "../../host/command-error";
import type { Environment } from "../../host/types/Environment";
import { keyHeader } from "../../lib/key-header";
import { isInPath } from "../../lib/query";
import { allowsBody } from "../../stores/playground";
import { playgroundTab } from "../../strings/playground";
import "./pair-table";

type Part = "headers" | "query" | "body";

const PARTS: readonly Part[] = ["headers", "query", "body"];

@customElement("request-parts")
export class RequestParts extends AppElement {
  @property({ attribute: false }) environment!: Environment;
  /** The gateway's URL; empty before its first start. */
  @property() address = "";

  /** The part that the user chose, or that has an error; null: the one that suits the method. */
  @state() private chosenPart: Part | null = null;

  private shownError: CommandError | null = null;

  protected override observed() {
    return [this.stores.playground];
  }

  /** Shows the part that is rejected. */
  protected override willUpdate(): void {
    const { error } = this.stores.playground;
    if (error !== this.shownError) {
      if (this.bodyError !== null) this.chosenPart = "body";
      if (this.headersError !== null) this.chosenPart = "headers";
    }
    this.shownError = error;
  }

  private get headersError(): string | null {
    return fieldError(this.stores.playground.error, ["headers"]);
  }

  private get bodyError(): string | null {
    return fieldError(this.stores.playground.error, ["body"]);
  }

  private get shownPart(): Part {
    return this.chosenPart ?? (allowsBody(this.stores.playground.draft.method) ? "body" : "query");
  }

  /** The headers that Rust sends by itself. An added one may replace them. */
  private get usualHeaders(): { name: string; value: unknown }[] {
    const { draft, key } = this.stores.playground;
    const isReplaced = (usual: string) => draft.headers.some((added) => added.name.toLowerCase() === usual.toLowerCase());
    const { name, prefix } = keyHeader(this.environment.keyLocation);
    const host = { name: playgroundTab.headerNames.host, value: this.address.replace(/^\w+:\/\//, "") };
    const sentKey = { name, value: html`${prefix}<span class="faint">${playgroundTab.sentKey}</span>` };
    const type = { name: playgroundTab.headerNames.contentType, value: contentType(draft.body) };
    return [
      ...(this.address === "" || isReplaced(host.name) ? [] : [host]),
      ...(key === "none" ? [] : [sentKey]),
      ...(allowsBody(draft.method) && draft.body !== "" && !isReplaced(type.name) ? [type] : []),
    ];
  }

  private renderHeaders() {
    const { headersError } = this;
    return html`<dl class="sent-headers">
        ${this.usualHeaders.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>
      <pair-table kind="headers"></pair-table>
      ${headersError
        ? html`<p class="field-error" role="alert">${icon("problem")}<span>${headersError}</span></p>`
        : nothing}`;
  }

  private renderBody() {
    const { playground } = this.stores;
    const { method, body } = playground.draft;
    const { bodyError } = this;
    const isAllowed = allowsBody(method);
    return html`<div class="field">
      <textarea
        id="request-body"
        class="input mono"
        rows="5"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        aria-label=${playgroundTab.body}
        placeholder=${isAllowed ? playgroundTab.bodyPlaceholder : playgroundTab.bodyNotAllowed(method)}
        ?disabled=${!isAllowed}
        .value=${isAllowed ? body : ""}
        aria-invalid=${bodyError ? "true" : nothing}
        aria-describedby=${bodyError ? "request-body-error" : nothing}
        @input=${(event: InputEvent) =>
          playground.updateDraft({ body: (event.currentTarget as HTMLTextAreaElement).value })}
      ></textarea>
      ${bodyError
        ? html`<p class="field-error" id="request-body-error">${icon("problem")}<span>${bodyError}</span></p>`
        : nothing}
    </div>`;
  }

  private renderPart() {
    switch (this.shownPart) {
      case "headers":
        return this.renderHeaders();
      case "query":
        return html`<pair-table kind="query"></pair-table>`;
      case "body":
        return this.renderBody();
    }
  }

  protected override render() {
    const { parameters, headers } = this.stores.playground.draft;
    const labels: Record<Part, string> = {
      headers: playgroundTab.headers(this.usualHeaders.length + headers.length),
      query: playgroundTab.query(parameters.filter(isInPath).length),
      body: playgroundTab.body,
    };
    return html`${tabList({
      name: "request",
      label: playgroundTab.requestParts,
      value: this.shownPart,
      tabs: PARTS.map((value) => ({ value, label: labels[value] })),
      onChange: (part) => (this.chosenPart = part),
    })}
    ${tabPanel("request", this.shownPart, this.renderPart())}`;
  }
}

function contentType(body: string): string {
  try {
    JSON.parse(body);
    return "application/json";
  } catch {
    return "text/plain; charset=utf-8";
  }
}
