/** An icon that copies through Rust, for values in a line. It becomes a tick for a moment after a successful copy. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../app-element";
import { toCommandError } from "../host/command-error";
import { strings } from "../strings";
import { icon } from "./icons";

const COPIED_MS = 2000;

@customElement("copy-icon-button")
export class CopyIconButton extends AppElement {
  /** The accessible name, such as "Copy the prefix". */
  @property({ attribute: false }) label = strings.general.copy;
  @property({ attribute: false }) copy!: () => Promise<unknown>;
  @state() private isCopied = false;

  private timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.isCopied = false;
  }

  private async onClick(): Promise<void> {
    try {
      await this.copy();
    } catch (error) {
      this.stores.toasts.error(toCommandError(error));
      return;
    }
    clearTimeout(this.timer);
    this.isCopied = true;
    this.timer = setTimeout(() => (this.isCopied = false), COPIED_MS);
  }

  protected override render() {
    return html`<button
        type="button"
        class="icon-button copy-icon"
        aria-label=${this.label}
        data-tooltip=${this.label}
        @click=${this.onClick}
      >
        ${icon(this.isCopied ? "check" : "copy")}</button
      ><span role="status" class="visually-hidden">${this.isCopied ? strings.general.copiedStatus : nothing}</span>`;
  }
}
