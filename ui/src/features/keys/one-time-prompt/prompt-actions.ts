/**
 * The optional actions of the one-time prompt: copy a curl command, if there is an address to call, and, once the key
 * was copied, try the key in the Playground.
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
    const { prompt, gateways } = this.stores;
    return [prompt, gateways];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { prompt, gateways } = this.stores;
    if (prompt.prompt) void gateways.read(prompt.prompt.environmentId);
  }

  /** Whether there is an address that the curl command can call. */
  private get hasAddress(): boolean {
    const { prompt, gateways } = this.stores;
    const gateway = gateways.byEnvironment.get(prompt.prompt?.environmentId ?? "");
    return gateway !== undefined && (gateway.address !== null || gateway.endpoint !== null);
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
    return html`${this.hasAddress ? this.renderCurlButton() : nothing}${stores.prompt.prompt?.copied
      ? this.renderButton("try", icon("play"), strings.prompt.tryIt, () => tryNewKey(stores))
      : nothing}`;
  }
}
