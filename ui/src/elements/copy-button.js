/**
 * A button that copies through Rust. It shows Copied for two seconds after a successful copy, and the error after a
 * failed one.
 */
import { html, nothing } from "lit";
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";
import { sentences } from "./field.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";

/** How long the button shows Copied, in milliseconds. */
const COPIED_MS = 2000;

class CopyButton extends LightElement {
  static properties = {
    label: { type: String },
    copy: { attribute: false },
    step: { state: true },
    failure: { state: true },
  };

  constructor() {
    super();
    this.label = strings.general.copy;
    /** @type {() => Promise<unknown>} */
    this.copy = () => Promise.resolve();
    /** @type {"" | "copying" | "copied"} */
    this.step = "";
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.step = "";
  }

  async pressed() {
    if (this.step === "copying") return;
    clearTimeout(this.timer);
    this.step = "copying";
    this.failure = null;
    try {
      await this.copy();
      this.step = "copied";
      this.timer = setTimeout(() => (this.step = ""), COPIED_MS);
    } catch (thrown) {
      this.failure = toHostError(thrown);
      this.step = "";
    }
  }

  render() {
    const copied = this.step === "copied";
    // The width of the longer label is reserved, so that showing Copied does not move the layout.
    return html`<button type="button" class="button" data-busy=${this.step === "copying"} @click=${this.pressed}>
        ${icon(copied ? "check" : "copy")}<span class="copy-label" data-label=${this.label}>${copied ? strings.general.copied : this.label}</span>
      </button>
      <span role="status" class=${this.failure ? "field-error" : "visually-hidden"}
        >${this.failure ? html`${icon("problem")}<span>${sentences(this.failure)}</span>` : copied ? strings.general.copiedStatus : nothing}</span
      >`;
  }
}

customElements.define("copy-button", CopyButton);
