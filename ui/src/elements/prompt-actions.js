/**
 * The optional actions of the one-time prompt: copy a curl command and, once the key was copied, try the key in the
 * Playground.
 */
import { html, nothing } from "lit";
import { strings } from "../strings.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";

/** How long the button shows Copied, in milliseconds. */
const COPIED_MS = 2000;

class PromptActions extends LightElement {
  static properties = { justCopied: { state: true } };

  constructor() {
    super();
    this.justCopied = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.copiedTimer = undefined;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.copiedTimer);
  }

  async copyCurl() {
    const { prompt } = this.state;
    const before = prompt.curlCopies;
    await prompt.copyCurl();
    if (prompt.curlCopies === before) return;
    this.justCopied = true;
    clearTimeout(this.copiedTimer);
    this.copiedTimer = setTimeout(() => (this.justCopied = false), COPIED_MS);
  }

  async tryOut() {
    const trial = await this.state.prompt.tryOut();
    if (trial) this.emit("trial-started", trial);
  }

  /**
   * @param {object} parts
   * @param {"curl" | "try"} parts.step
   * @param {import("lit").TemplateResult} parts.mark
   * @param {string} parts.label
   * @param {() => Promise<void>} parts.pressed
   */
  button({ step, mark, label, pressed }) {
    const waiting = this.state.prompt.busy === step;
    return html`<button
      type="button"
      class="button quiet ${step}-button"
      data-busy=${waiting}
      aria-disabled=${waiting ? "true" : nothing}
      @click=${pressed}
    >
      ${mark}<span>${label}</span>
    </button>`;
  }

  render() {
    const { prompt } = this.state;
    return html`${this.button({
      step: "curl",
      mark: icon(this.justCopied ? "check" : "terminal"),
      label: this.justCopied ? strings.general.copied : strings.general.copyCurl,
      pressed: () => this.copyCurl(),
    })}${prompt.prompt?.copied
      ? this.button({ step: "try", mark: icon("play"), label: strings.prompt.tryIt, pressed: () => this.tryOut() })
      : nothing}`;
  }
}

customElements.define("prompt-actions", PromptActions);
