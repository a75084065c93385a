/**
 * What is told once at the start, with the way on: what happened to keys whose prompt ended without Close, and which
 * gateways ran when Keystile was closed.
 */
import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { toHostError } from "../host-error.js";
import { shownOffers } from "../state/gateways.js";
import { gatewayPlace } from "../state/place.js";
import { icon } from "./icons.js";
import { keepFocus } from "./keep-focus.js";
import { LightElement } from "./light-element.js";

/** @typedef {import("../types/GatewayOffer").GatewayOffer} GatewayOffer */
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
    const place = `(${notice.projectName} / ${notice.environmentName})`;
    return notice.kind === "unclaimed"
      ? html`<b>${notice.name}</b> ${place} was never copied and has been revoked.`
      : html`<b>${notice.name}</b> ${place} was copied, but its prompt was not closed. If you do not have it, revoke it.`;
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
        Create it again
      </button>`;
    }
    return html`<button
      type="button"
      class="button small-button danger-outline"
      @click=${() => this.emit("dialog-wanted", { kind: "revoke-noticed", notice })}
    >
      Revoke
    </button>`;
  }

  /** A taken port is asked about on the Gateway tab. @param {GatewayOffer} offer */
  startAgain({ environmentId, projectId }) {
    return this.answered(async () => {
      const gateway = await this.state.gateways.start(environmentId);
      if (gateway?.conflict) location.hash = gatewayPlace(projectId, environmentId);
    });
  }

  /** @param {GatewayOffer} offer */
  notNow({ environmentId }) {
    return this.answered(() => this.state.gateways.stop(environmentId));
  }

  /** @param {() => Promise<unknown>} act */
  async answered(act) {
    try {
      await act();
    } catch (thrown) {
      this.state.toasts.fail(toHostError(thrown));
    }
    await this.updateComplete;
    // The offer that had the focus is gone: the next one has it, or the page.
    if (document.activeElement === document.body) this.find(".offer button")?.focus();
    keepFocus(document, []);
  }

  /** @param {GatewayOffer} offer */
  offer(offer) {
    const { environmentId, environmentName, projectId, projectName, address } = offer;
    const busy = this.state.gateways.busy.has(environmentId);
    const elsewhere = projectId !== this.state.project?.id;
    return html`<div class="notice offer">
      ${icon("gateway")}
      <p id="offer-${environmentId}">
        <b>${environmentName}</b>'s gateway${elsewhere ? ` (${projectName})` : nothing} ran on <code>${address}</code> when
        Keystile was closed.
      </p>
      <button
        type="button"
        class="button small-button"
        aria-describedby="offer-${environmentId}"
        ?disabled=${busy}
        data-busy=${busy}
        @click=${() => this.startAgain(offer)}
      >
        Start again
      </button>
      <button
        type="button"
        class="button small-button"
        aria-describedby="offer-${environmentId}"
        ?disabled=${busy}
        @click=${() => this.notNow(offer)}
      >
        Not now
      </button>
    </div>`;
  }

  render() {
    const { notices, gateways } = this.state;
    if (notices.length === 0 && gateways.offers.length === 0) return nothing;
    const { first, more } = shownOffers(gateways.offers);
    return html`<section class="notices" aria-label="Notices">
      ${notices.map(
        (notice) => html`<div class="notice">
          ${icon("warning")}
          <p>${this.text(notice)}</p>
          ${this.action(notice)}
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss the notice about ${notice.name}"
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
      ${more > 0 ? html`<p class="small muted">and ${more} more</p>` : nothing}
    </section>`;
  }
}

customElements.define("start-notices", StartNotices);
