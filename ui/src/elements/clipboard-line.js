/** The line at the foot of the sidebar while the clipboard holds a copied key, and when it was cleared. */
import { html, nothing } from "lit";
import { secondsLeft } from "../state/countdown.js";
import { strings } from "../strings.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";

class ClipboardLine extends LightElement {
  constructor() {
    super();
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.ticking = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(() => this.state.clipboard.end !== null && this.requestUpdate(), 250);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  counting() {
    const { clipboard } = this.state;
    if (clipboard.end === null) return nothing;
    const left = secondsLeft(clipboard.end, clipboard.now());
    return html`<div class="clipboard-line">
      ${icon("copy")}
      <span class="clipboard-text" role="timer"
        ><span class="wide-only">${strings.sidebar.clipboardClearsIn}</span><span class="nowrap">${strings.sidebar.seconds(left)}</span></span
      >
      <span class="separator" aria-hidden="true">·</span>
      <button type="button" class="link" @click=${() => clipboard.clear()}>
        <span class="wide-only">${strings.sidebar.clearNow}</span
        ><span class="narrow-only">${strings.sidebar.clear}<span class="visually-hidden">${strings.sidebar.clearNowRest}</span></span>
      </button>
    </div>`;
  }

  problem() {
    const { problem } = this.state.clipboard;
    if (!problem) return nothing;
    return html`<div class="clipboard-line bad">
      ${icon("problem")}<span class="clipboard-text">${problem.message} ${problem.advice}</span>
      <button type="button" class="icon-button" aria-label=${strings.general.dismiss} @click=${() => this.state.clipboard.dismissProblem()}>
        ${icon("close")}
      </button>
    </div>`;
  }

  render() {
    const { clipboard } = this.state;
    return html`${this.problem()}${this.counting()}
      <div role="status">
        ${clipboard.cleared && clipboard.end === null
          ? html`<div class="clipboard-line">${icon("check")}<span class="clipboard-text"
                ><span class="wide-only">${strings.sidebar.clipboardCleared}</span><span class="narrow-only" aria-hidden="true">${strings.sidebar.cleared}</span></span
              ></div>`
          : nothing}
      </div>`;
  }
}

customElements.define("clipboard-line", ClipboardLine);
