/** Confirms revoking a key; Rust requires its name in production. */
import { html, nothing } from "lit";
import { exact, when } from "../state/dates.js";
import { strings } from "../strings.js";
import { errorOf, formFailure, textField } from "./field.js";
import { ModalDialog } from "./modal-dialog.js";
import { richText } from "./rich-text.js";

class RevocationDialog extends ModalDialog {
  static properties = { subject: { attribute: false }, typed: { state: true } };

  constructor() {
    super();
    /** @type {{keyId: string, name: string, path: string, production: boolean}} */
    this.subject = /** @type {any} */ (undefined);
    this.typed = "";
    this.requiresName = false;
  }

  async submitted() {
    const confirmation = this.typed === "" ? null : this.typed;
    const done = await this.attempt(() => this.state.library.revokeKey(this.subject.keyId, confirmation));
    if (!done) return;
    this.leave();
    this.emit("key-revoked", done.value);
  }

  /** When the key was last used, if known. */
  lastUse() {
    const keys = [...this.state.library.keys.values()].flat();
    const key = keys.find(({ id }) => id === this.subject.keyId);
    if (!key) return nothing;
    const at = key.lastUsedAt;
    if (at === null) return html`<p>${strings.revocation.neverUsed}</p>`;
    const now = Date.now();
    const time = html`<time title=${exact(at)} datetime=${new Date(at).toISOString()}>${when(Math.min(at, now), now)}</time>`;
    return html`<p>${richText(strings.revocation.lastUsed, { time })}</p>`;
  }

  render() {
    const { name, path, production } = this.subject;
    // Once Rust has required the name, the field is kept.
    this.requiresName ||= production || this.failure?.code === "name_required";
    const { requiresName } = this;
    return this.frame({
      title: strings.revocation.title(name),
      about: path,
      role: "alertdialog",
      submitted: () => void this.submitted(),
      body: html`<p>${strings.revocation.about}</p>
        ${this.lastUse()}
        ${requiresName
          ? textField({
              id: "revocation-confirmation",
              label: strings.general.typeToConfirm(name),
              value: this.typed,
              changed: (typed) => (this.typed = typed),
              error: errorOf(this.failure, ["confirmation"]),
              autofocus: true,
            })
          : nothing}
        ${formFailure(this.failure, requiresName ? ["confirmation"] : [])}`,
      footer: html`${this.cancelButton()}<button
          class="button destructive"
          ?disabled=${this.busy}
          data-busy=${this.busy}
        >
          ${strings.revocation.revokeKey}
        </button>`,
    });
  }
}

customElements.define("revocation-dialog", RevocationDialog);
