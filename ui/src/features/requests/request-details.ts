/** The details of a request in the log: why it was allowed or denied, its key, and what can be done. Emits `close`. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { revokeKey, showKey } from "../../commands/key";
import "../../components/copy-button";
import { icon } from "../../components/icons";
import { toastSpace } from "../../components/toast-space";
import { userName } from "../../components/user-name";
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import type { LoggedRequest } from "../../host/types/LoggedRequest";
import { formatPreciseTime } from "../../lib/format/date";
import { formatDuration } from "../../lib/format/number";
import { keyHeader } from "../../lib/key-header";
import { gatewayHref } from "../../routes";
import { gatewayUrl } from "../../stores/gateways";
import { strings } from "../../strings";
import { revocation } from "../../strings/key-dialogs";
import { keyStateBadge } from "../keys/key-badges";
import { isUsable } from "../../stores/key-state";
import { curlCommand } from "./curl";
import { keyLabel } from "./decision-text";
import { decisionLabel } from "./decision-label";
import { statusLabel } from "./status";

@customElement("request-details")
export class RequestDetails extends AppElement {
  @property({ attribute: false }) environment!: Environment;
  @property({ attribute: false }) request!: LoggedRequest;

  protected override observed() {
    const { keys, gateways } = this.stores;
    return [keys, gateways];
  }

  /** The key of the request, unless it was deleted. */
  private get key(): Key | null {
    return this.stores.keys.find(this.request.keyId ?? "");
  }

  protected override updated(): void {
    const { keyId } = this.request;
    if (keyId !== null) this.stores.keys.request([keyId]);
  }

  private renderCopyCurl() {
    const { environment, request, stores } = this;
    const base = gatewayUrl(stores.gateways.byEnvironment.get(environment.id));
    if (base === "") return nothing;
    const { method, path, access } = request;
    const header = access === "open" ? null : keyHeader(environment.keyLocation);
    const text = curlCommand({ method, url: base + path, body: null, header }, /Windows/.test(navigator.userAgent));
    return html`<copy-button
      .label=${strings.decisions.copyCurl}
      .copy=${() => stores.host.copyText({ text })}
    ></copy-button>`;
  }

  private renderRevoke(key: Key) {
    return html`<button
      type="button"
      class="button danger-outline"
      aria-label=${revocation.revokeNamed(key.name)}
      @click=${() => revokeKey(this.stores, key, this.environment)}
    >
      ${strings.general.revoke}
    </button>`;
  }

  private renderFact(label: unknown, value: unknown) {
    return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  }

  private renderKey(key: Key | null) {
    const { request, environment } = this;
    const name = keyLabel(request);
    if (!key) return name;
    const { id: environmentId, projectId } = environment;
    return html`${userName(name)} ${keyStateBadge(key.state)}
      <button
        type="button"
        class="link"
        @click=${() => showKey(this.stores, { projectId, environmentId, keyId: key.id })}
      >
        ${strings.decisions.showKey}
      </button>`;
  }

  private renderFacts(key: Key | null) {
    const { at, access, accessReason, client, code, keyId, milliseconds, removedHeaders, source } = this.request;
    const { id, projectId } = this.environment;
    const { facts } = strings.decisions;
    return html`<dl class="request-facts">
      ${this.renderFact(facts.key, this.renderKey(key))}
      ${keyId === null ? nothing : this.renderFact(facts.keyId, html`<code>${keyId}</code>`)}
      ${this.renderFact(facts.duration, formatDuration(milliseconds))}
      ${this.renderFact(
        facts.access,
        html`${strings.decisions.accessNeeded[access]}${accessReason === null ? nothing : html` (${accessReason})`}
          <a class="text-link" href=${gatewayHref(projectId, id, "rules")}>${strings.decisions.changeRules}</a>`,
      )}
      ${this.renderFact(facts.code, html`<code>${code}</code>`)}
      ${client === null ? nothing : this.renderFact(facts.client, html`<code>${client}</code>`)}
      ${removedHeaders === null
        ? nothing
        : this.renderFact(
            html`<span data-tooltip=${strings.decisions.removedHeadersAbout}>${facts.removedHeaders}</span>`,
            html`<code>${removedHeaders}</code>`,
          )}
      ${this.renderFact(facts.source, strings.decisions.sources[source])}
      ${this.renderFact(facts.time, formatPreciseTime(at))}
    </dl>`;
  }

  protected override render() {
    const { request, key } = this;
    return html`<section class="request-details" id="request-details" aria-label=${strings.decisions.details}>
      <header>
        <h3><span>${request.method}</span> ${request.path}</h3>
        <button
          type="button"
          class="icon-button"
          aria-label=${strings.decisions.closeDetails}
          data-tooltip=${strings.decisions.closeDetails}
          @click=${() => this.emit("close")}
        >
          ${icon("close")}
        </button>
      </header>
      <p class="request-outcome">${statusLabel(request.status)} ${decisionLabel(request)}</p>
      ${this.renderFacts(key)}
      <footer>${this.renderCopyCurl()} ${key && isUsable(key) ? this.renderRevoke(key) : nothing}</footer>
    </section>
    ${toastSpace()}`;
  }
}
