/** What happened to keys whose prompt ended without Close: told once at the next start, with the way on. */
import { html, nothing } from "lit";
import { toHostError } from "../host-error.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";

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

  render() {
    const { notices } = this.state;
    if (notices.length === 0) return nothing;
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
    </section>`;
  }
}

customElements.define("start-notices", StartNotices);
