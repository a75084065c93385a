/** What checks the keys of the environment, and how to start or change that. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { statusDot } from "../../components/badge";
import { relativeTime } from "../../components/relative-time";
import { richText } from "../../components/rich-text";
import type { Environment } from "../../host/types/Environment";
import type { Gateway } from "../../host/types/Gateway";
import type { Store } from "../../lib/store";
import { gatewayHref } from "../../routes";
import { strings } from "../../strings";
import { type Guard, guardOf } from "./guard";

@customElement("guard-card")
export class GuardCard extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  protected override observed(): Store[] {
    return [this.stores.gateways, this.stores.httpService];
  }

  private describe(guard: Guard): { title: unknown; about: unknown } {
    const text = strings.overview.guards;
    switch (guard.kind) {
      case "gateway": {
        const url = html`<code>${strings.environment.gatewayUrl(guard.address)}</code>`;
        return { title: richText(text.gateway, { url }), about: this.describeRules() };
      }
      case "service": {
        const url = html`<code>${strings.httpService.url(guard.address)}</code>`;
        return { title: richText(text.service, { url }), about: text.serviceAbout };
      }
      case "stopped":
        return { title: text.stopped, about: text.stoppedAbout };
      case "elsewhere":
        return {
          title: text.elsewhere,
          about: richText(text.elsewhereAbout, { time: relativeTime(guard.lastRequestAt, Date.now()) }),
        };
      case "nothing":
        return { title: text.nothing, about: text.nothingAbout };
    }
  }

  /** A route rule can let requests pass without a key. */
  private describeRules(): unknown {
    const { gatewayAbout, gatewayWithPublicRoutes, publicRules } = strings.overview.guards;
    const rules = this.stores.gateways.byEnvironment.get(this.environment.id)?.rules ?? [];
    const numbers = rules.flatMap(({ access }, index) => (access === "open" ? [index + 1] : []));
    if (numbers.length === 0) return gatewayAbout;
    const { projectId, id } = this.environment;
    const link = html`<a class="text-link" href=${gatewayHref(projectId, id, "rules")}>${publicRules(numbers)}</a>`;
    return richText(gatewayWithPublicRoutes, { rules: link });
  }

  private linkLabel({ kind }: Guard): string {
    if (kind === "gateway") return strings.overview.showGateway;
    return kind === "service" ? strings.overview.showService : strings.overview.chooseGuard;
  }

  private renderUpstream(gateway: Gateway | undefined) {
    if (!gateway?.running) return nothing;
    const upstream = gateway.sample ? strings.overview.sampleApi : gateway.endpoint;
    if (upstream === null) return nothing;
    return html`<p class="muted small">
      ${richText(strings.overview.forwardsTo, { upstream: html`<code>${upstream}</code>` })}
    </p>`;
  }

  protected override render() {
    const { environment } = this;
    const gateway = this.stores.gateways.byEnvironment.get(environment.id);
    const guard = guardOf(this.stores, environment);
    const { title, about } = this.describe(guard);
    const section = guard.kind === "service" ? "connect" : "traffic";
    return html`<section class="card overview-card" aria-labelledby="guard">
      <h2 id="guard">${strings.overview.guardTitle}</h2>
      <p class="guard-state">${statusDot(guard.kind === "gateway")}<b>${title}</b></p>
      <p class="muted small">${about}</p>
      ${this.renderUpstream(gateway)}
      <p class="overview-card-link">
        <a class="text-link small" href=${gatewayHref(environment.projectId, environment.id, section)}
          >${this.linkLabel(guard)}</a
        >
      </p>
    </section>`;
  }
}
