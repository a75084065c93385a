/**
 * The optional actions of the one-time prompt: copy a curl command and, once the key was copied, try the key in the
 * Playground.
 */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { AppElement } from "../../../app-element";
import { tryNewKey } from "../../../commands/key";
import { icon } from "../../../components/icons";
import { strings } from "../../../strings";

/** How long the button shows Copied. */
const COPIED_MS = 2000;

@customElement("prompt-actions")
export class PromptActions extends AppElement {
  @state() private isCopiedShown = false;

  private copiedTimer: ReturnType<typeof setTimeout> | undefined;

  protected override observed() {
    return [this.stores.prompt];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.copiedTimer);
  }

  private async copyCurl(): Promise<void> {
    const { prompt } = this.stores;
    const before = prompt.curlCopies;
    await prompt.copyCurl();
    if (prompt.curlCopies === before) return;
    this.isCopiedShown = true;
    clearTimeout(this.copiedTimer);
    this.copiedTimer = setTimeout(() => (this.isCopiedShown = false), COPIED_MS);
  }

  private renderButton(step: "curl" | "try", symbol: TemplateResult, label: string, run: () => Promise<void>) {
    const isWaiting = this.stores.prompt.busy === step;
    return html`<button
      type="button"
      class="button quiet ${step}-button"
      data-busy=${isWaiting}
      aria-disabled=${isWaiting ? "true" : nothing}
      @click=${run}
    >
      ${symbol}<span>${label}</span>
    </button>`;
  }

  private renderCurlButton() {
    const symbol = icon(this.isCopiedShown ? "check" : "terminal");
    const label = this.isCopiedShown ? strings.general.copied : strings.general.copyCurl;
    return this.renderButton("curl", symbol, label, () => this.copyCurl());
  }

  protected override render() {
    const { stores } = this;
    return html`${this.renderCurlButton()}${stores.prompt.prompt?.copied
      ? this.renderButton("try", icon("play"), strings.prompt.tryIt, () => tryNewKey(stores))
      : nothing}`;
  }
}
