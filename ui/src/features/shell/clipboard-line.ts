/** The line at the foot of the sidebar while the clipboard contains a copied key, and when it was cleared. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { icon } from "../../components/icons";
import type { Store } from "../../lib/store";
import { secondsLeft } from "../../stores/clipboard-countdown";
import { strings } from "../../strings";

const TICK_MS = 250;

@customElement("clipboard-line")
export class ClipboardLine extends AppElement {
  private ticker: ReturnType<typeof setInterval> | undefined;

  protected override observed(): Store[] {
    return [this.stores.clipboard];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopTicking();
  }

  protected override updated(): void {
    if (this.stores.clipboard.expiresAt === null) this.stopTicking();
    else this.ticker ??= setInterval(() => this.requestUpdate(), TICK_MS);
  }

  private stopTicking(): void {
    clearInterval(this.ticker);
    this.ticker = undefined;
  }

  private renderCountdown() {
    const { clipboard } = this.stores;
    if (clipboard.expiresAt === null) return nothing;
    const seconds = secondsLeft(clipboard.expiresAt, clipboard.now());
    return html`<div class="clipboard-line">
      ${icon("copy")}
      <span class="clipboard-text" role="timer"
        ><span class="wide-only">${strings.sidebar.clipboardClearsIn}</span
        ><span class="nowrap">${strings.sidebar.seconds(seconds)}</span></span
      >
      <span class="separator" aria-hidden="true">·</span>
      <button type="button" class="link" @click=${() => clipboard.clear()}>
        <span class="wide-only">${strings.sidebar.clearNow}</span
        ><span class="narrow-only"
          >${strings.sidebar.clear}<span class="visually-hidden">${strings.sidebar.clearNowRest}</span></span
        >
      </button>
    </div>`;
  }

  private renderProblem() {
    const { clipboard } = this.stores;
    const { problem } = clipboard;
    if (!problem) return nothing;
    return html`<div class="clipboard-line bad">
      ${icon("problem")}<span class="clipboard-text">${problem.message} ${problem.advice}</span>
      <button
        type="button"
        class="icon-button"
        aria-label=${strings.general.dismiss}
        @click=${() => clipboard.dismissProblem()}
      >
        ${icon("close")}
      </button>
    </div>`;
  }

  private renderCleared() {
    const { justCleared, expiresAt } = this.stores.clipboard;
    if (!justCleared || expiresAt !== null) return nothing;
    return html`<div class="clipboard-line">
      ${icon("check")}<span class="clipboard-text"
        ><span class="wide-only">${strings.sidebar.clipboardCleared}</span
        ><span class="narrow-only" aria-hidden="true">${strings.sidebar.cleared}</span></span
      >
    </div>`;
  }

  protected override render() {
    return html`${this.renderProblem()}${this.renderCountdown()}
      <div role="status">${this.renderCleared()}</div>`;
  }
}
