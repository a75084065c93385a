/**
 * Notices at the start: keys whose prompt ended without Close, and gateways that ran when Keystile quit.
 */
import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { toHostError } from "../host-error.js";
import { shownOffers } from "../state/gateways.js";
import { gatewayPlace } from "../state/place.js";
import { strings } from "../strings.js";
import { icon } from "./icons.js";
import { keepFocus } from "./keep-focus.js";
import { LightElement } from "./light-element.js";
import { richText } from "./rich-text.js";

/** @typedef {import("../types/RestorableGateway").RestorableGateway} RestorableGateway */
/** @typedef {import("../types/Notice").Notice} Notice */

class StartNotices extends LightElement {
  static properties = { busy: { state: true } };

  constructor() {
    super();
    this.busy = "";
  }

  /** @param {Notice} notice */
  async createAgain(notice) {
    this.busy = notice.keyId;
    try {
      await this.state.createAgain(notice);
    } catch (thrown) {
      this.state.toasts.fail(toHostError(thrown));
    } finally {
      this.busy = "";
    }
  }

  /** @param {Notice} notice */
  text(notice) {
    const sentence = notice.kind === "unclaimed" ? strings.notices.neverCopied : strings.notices.neverClosed;
    const path = strings.general.environmentPath(notice.projectName, notice.environmentName);
    return richText(sentence, { name: html`<b>${notice.name}</b>`, path });
  }

  /** @param {Notice} notice */
  action(notice) {
    if (notice.kind === "unclaimed") {
      return html`<button
        type="button"
        class="button small-button"
        ?disabled=${this.busy !== ""}
        data-busy=${this.busy === notice.keyId}
        @click=${() => this.createAgain(notice)}
      >
        ${strings.general.createAgain}
      </button>`;
    }
    return html`<button
      type="button"
      class="button small-button danger-outline"
      @click=${() => this.emit("open-dialog", { kind: "revoke-noticed", notice })}
    >
      ${strings.general.revoke}
    </button>`;
  }

  /** On a port conflict, opens the Gateway tab. @param {RestorableGateway} offer */
  startAgain({ environmentId, projectId }) {
    return this.resolveOffer(async () => {
      const gateway = await this.state.gateways.start(environmentId);
      if (gateway?.conflict) location.hash = gatewayPlace(projectId, environmentId);
    });
  }

  /** @param {RestorableGateway} offer */
  notNow({ environmentId }) {
    return this.resolveOffer(() => this.state.gateways.stop(environmentId));
  }

  /** @param {() => Promise<unknown>} act */
  async resolveOffer(act) {
    try {
      await act();
    } catch (thrown) {
      this.state.toasts.fail(toHostError(thrown));
    }
    await this.updateComplete;
    // The focused offer is gone: focus the next one, or the page.
    if (document.activeElement === document.body) this.find(".offer button")?.focus();
    keepFocus(document, []);
  }

  /** @param {RestorableGateway} offer */
  offer(offer) {
    const { environmentId, environmentName, projectId, projectName, address } = offer;
    const busy = this.state.gateways.busy.has(environmentId);
    const elsewhere = projectId !== this.state.project?.id;
    return html`<div class="notice offer">
      ${icon("gateway")}
      <p id="offer-${environmentId}">
        ${richText(strings.notices.gatewayOffer, {
          environment: html`<b>${elsewhere ? strings.general.environmentPath(projectName, environmentName) : environmentName}</b>`,
          address: html`<code>${address}</code>`,
        })}
      </p>
      <button
        type="button"
        class="button small-button"
        aria-describedby="offer-${environmentId}"
        ?disabled=${busy}
        data-busy=${busy}
        @click=${() => this.startAgain(offer)}
      >
        ${strings.notices.restart}
      </button>
      <button
        type="button"
        class="button small-button"
        aria-describedby="offer-${environmentId}"
        ?disabled=${busy}
        @click=${() => this.notNow(offer)}
      >
        ${strings.notices.notNow}
      </button>
    </div>`;
  }

  render() {
    const { notices, gateways } = this.state;
    if (notices.length === 0 && gateways.offers.length === 0) return nothing;
    const { first, more } = shownOffers(gateways.offers);
    return html`<section class="notices" aria-label=${strings.notices.label}>
      ${notices.map(
        (notice) => html`<div class="notice">
          ${icon("warning")}
          <p>${this.text(notice)}</p>
          ${this.action(notice)}
          <button
            type="button"
            class="icon-button"
            aria-label=${strings.notices.dismiss(notice.name)}
            @click=${() => this.state.acknowledge(notice)}
          >
            ${icon("close")}
          </button>
        </div>`,
      )}
      ${repeat(
        first,
        ({ environmentId }) => environmentId,
        (offer) => this.offer(offer),
      )}
      ${more > 0 ? html`<p class="small muted">${strings.notices.more(more)}</p>` : nothing}
    </section>`;
  }
}

customElements.define("start-notices", StartNotices);
