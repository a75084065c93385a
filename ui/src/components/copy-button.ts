/**
 * A button that copies through Rust. It shows Copied for a moment after a successful copy, and the error after a failed
 * one.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../app-element";
import { type CommandError, formatError, toCommandError } from "../host/command-error";
import { strings } from "../strings";
import { icon } from "./icons";

const COPIED_MS = 2000;

@customElement("copy-button")
export class CopyButton extends AppElement {
  @property() label = strings.general.copy;
  @property({ attribute: false }) copy!: () => Promise<unknown>;
  @state() private step: "idle" | "copying" | "copied" = "idle";
  @state() private error: CommandError | null = null;

  private timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.step = "idle";
  }

  private async onClick(): Promise<void> {
    if (this.step === "copying") return;
    clearTimeout(this.timer);
    this.step = "copying";
    this.error = null;
    try {
      await this.copy();
      this.step = "copied";
      this.timer = setTimeout(() => (this.step = "idle"), COPIED_MS);
    } catch (error) {
      this.error = toCommandError(error);
      this.step = "idle";
    }
  }

  private renderStatus() {
    if (this.error) return html`${icon("problem")}<span>${formatError(this.error)}</span>`;
    return this.step === "copied" ? strings.general.copiedStatus : nothing;
  }

  protected override render() {
    const isCopied = this.step === "copied";
    // The widths of both labels are reserved, so that showing Copied does not move the layout.
    return html`<button type="button" class="button" data-busy=${this.step === "copying"} @click=${this.onClick}>
        ${icon(isCopied ? "check" : "copy")}<span
          class="copy-label"
          data-label=${this.label}
          data-copied=${strings.general.copied}
          >${isCopied ? strings.general.copied : this.label}</span
        >
      </button>
      <span role="status" class=${this.error ? "field-error" : "visually-hidden"}>${this.renderStatus()}</span>`;
  }
}
