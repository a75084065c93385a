/**
 * The prompt that shows a new key once. It cannot be closed before the key was copied or discarded: Esc, a click
 * outside and a blocked quit focus Copy. Rust decides which steps are allowed; this element renders `state.prompt` and
 * handles focus, repeated keys and the copy event.
 */
import { html, nothing } from "lit";
import { strings } from "../strings.js";
import { permissionChips } from "./chips.js";
import "./generated-key.js";
import { icon } from "./icons.js";
import "./key-check.js";
import { LightElement } from "./light-element.js";
import "./prompt-actions.js";
import { richText } from "./rich-text.js";

/** Activations this soon after the prompt appeared are ignored: the user was clicking the previous screen. Milliseconds. */
const GUARD_MS = 300;
/** How long the button shows Copied, in milliseconds. */
const COPIED_MS = 2000;

class OneTimePromptElement extends LightElement {
  static properties = { justCopied: { state: true }, discarding: { state: true } };

  constructor() {
    super();
    this.justCopied = false;
    this.discarding = false;
    this.shownAt = 0;
    this.seenCopies = 0;
    this.seenMessage = 0;
    this.shownTicket = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.copiedTimer = undefined;
    this.stateChanged = () => {
      // Closed before it is removed, because only `close()` restores the focus.
      if (!this.state.prompt.open && this.dialog?.open) this.dialog.close();
      this.requestUpdate();
    };
    this.copyEvent = (/** @type {ClipboardEvent} */ event) => this.copying(event);
    this.escapeKey = (/** @type {KeyboardEvent} */ event) => {
      // Prevented on keydown, because some engines close a dialog on the second Esc without a `cancel` event.
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("quit-dialog")) return;
      event.preventDefault();
      this.keepOpen();
    };
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("copy", this.copyEvent);
    document.addEventListener("keydown", this.escapeKey);
    this.closeBlocked = () => this.keepOpen();
    this.state.addEventListener("close-blocked", this.closeBlocked);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("copy", this.copyEvent);
    document.removeEventListener("keydown", this.escapeKey);
    if (this.closeBlocked) this.state.removeEventListener("close-blocked", this.closeBlocked);
    clearTimeout(this.copiedTimer);
    getSelection()?.removeAllRanges();
  }

  get dialog() {
    return /** @type {HTMLDialogElement | null} */ (this.querySelector("dialog"));
  }

  get keyBox() {
    return /** @type {import("./generated-key.js").GeneratedKeyElement | null} */ (this.querySelector("generated-key"));
  }

  firstUpdated() {
    this.dialog?.showModal();
  }

  /** Resets the element when another key is shown. */
  willUpdate() {
    const { prompt } = this.state;
    if (!prompt.prompt || prompt.prompt.ticket === this.shownTicket) return;
    this.shownTicket = prompt.prompt.ticket;
    this.shownAt = performance.now();
    this.discarding = false;
    this.justCopied = false;
    this.seenCopies = 0;
    this.needsFocus = true;
  }

  updated() {
    const { prompt } = this.state;
    if (this.needsFocus && this.dialog?.open) {
      this.needsFocus = false;
      this.focusStep();
    }
    if (prompt.copies > this.seenCopies) {
      this.seenCopies = prompt.copies;
      this.justCopied = true;
      clearTimeout(this.copiedTimer);
      this.copiedTimer = setTimeout(() => (this.justCopied = false), COPIED_MS);
    }
    if (prompt.message.id !== this.seenMessage) {
      this.seenMessage = prompt.message.id;
      if (prompt.message.text) this.find(".prompt-message")?.scrollIntoView({ block: "nearest" });
    }
    if (prompt.dead && document.activeElement === document.body) this.find("[data-step=close]")?.focus();
  }

  /** Focuses Copy until the key is copied, then Close. */
  focusStep() {
    const { prompt } = this.state;
    this.find(prompt.closable ? "[data-step=close]" : "[data-step=copy]")?.focus();
  }

  keepOpen() {
    this.discarding = false;
    this.state.prompt.showReason();
    this.focusStep();
  }

  /** @param {Event} event */
  closed(event) {
    // The engine closed the dialog while the key is still shown: open it again.
    if (event.target === this.dialog && this.state.prompt.open) {
      this.dialog?.showModal();
      this.keepOpen();
    }
  }

  /** @param {Event} event */
  guarded(event) {
    const early = performance.now() - this.shownAt < GUARD_MS;
    const repeated = event instanceof KeyboardEvent && event.repeat && (event.key === "Enter" || event.key === " ");
    const activation = !(event instanceof KeyboardEvent) || event.key === "Enter" || event.key === " ";
    if (!repeated && !(early && activation)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {PointerEvent} event */
  pressed(event) {
    if (event.target !== this.dialog) return;
    event.preventDefault();
    this.keepOpen();
  }

  async copy() {
    const outcome = await this.state.prompt.copy();
    if (outcome === "failed") {
      this.keyBox?.selectAll();
      this.keyBox?.box?.focus();
    }
  }

  /** @param {ClipboardEvent} event */
  copying(event) {
    const share = this.keyBox?.share ?? "none";
    if (share === "whole") {
      event.preventDefault();
      void this.state.prompt.copy();
    } else if (share === "part") {
      this.state.prompt.copiedPart();
    }
  }

  async close() {
    const key = await this.state.prompt.close();
    if (key) this.emit("prompt-closed", key);
  }

  async confirmDiscard() {
    this.discarding = true;
    await this.updateComplete;
    this.find("[data-step=keep]")?.focus();
  }

  async keep() {
    this.discarding = false;
    await this.updateComplete;
    this.find("[data-step=discard]")?.focus();
  }

  async discard() {
    const discarded = await this.state.prompt.discard();
    if (discarded) this.emit("key-discarded", discarded);
    else this.discarding = false;
  }

  /** @param {import("../types/Prompt").Prompt} prompt */
  copyButton({ copied }) {
    const { prompt } = this.state;
    const waiting = prompt.busy === "copy";
    const label = this.justCopied ? strings.general.copied : copied ? strings.prompt.copyAgain : strings.general.copy;
    return html`<button
      type="button"
      class="button copy-button ${copied ? "" : "primary"}"
      data-step="copy"
      data-busy=${waiting}
      aria-disabled=${waiting ? "true" : nothing}
      @click=${this.copy}
    >
      ${icon(copied ? "check" : "copy")}<span>${label}</span>
    </button>`;
  }

  /** @param {import("../types/Prompt").Prompt} prompt */
  keyPart(prompt) {
    return html`<div class="prompt-key">
        <div class="field-label" id="generated-key-label">${strings.prompt.keyLabel}</div>
        <div class="keybox"><generated-key .prompt=${prompt}></generated-key>${this.copyButton(prompt)}</div>
        <div class="prompt-keeping">
          <p class="faint small">${strings.prompt.keepIt}</p>
          ${this.savePart(prompt)} ${prompt.keychain ? nothing : this.saveButton()}
        </div>
      </div>
      ${this.saveFailed()}`;
  }

  saveButton() {
    const { prompt } = this.state;
    const waiting = prompt.saving;
    return html`<button
      type="button"
      class="button quiet"
      data-busy=${waiting}
      aria-disabled=${waiting ? "true" : nothing}
      @click=${this.save}
    >
      ${icon("keychain")}<span>${waiting ? strings.prompt.saving : strings.prompt.save}</span>
    </button>`;
  }

  /** @param {import("../types/Prompt").Prompt} prompt */
  savePart({ keychain, copied }) {
    const saved = strings.prompt.saved(this.state.started?.keychainName ?? strings.general.theSystemKeychain);
    return html`<div class="prompt-saved" aria-live="polite">
      ${keychain
        ? html`<p class="small">
            ${icon("keychain")}<span>${saved}${copied ? "" : ` ${strings.prompt.reasonToStaySentence}`}</span>
          </p>`
        : nothing}
    </div>`;
  }

  saveFailed() {
    const { saveFailure } = this.state.prompt;
    return html`<div class="prompt-saved" aria-live="polite">
      ${saveFailure
        ? html`<p class="small bad">
            ${icon("problem")}<span><b>${strings.prompt.notSaved}</b> ${saveFailure.message} ${saveFailure.advice}</span>
          </p>`
        : nothing}
    </div>`;
  }

  async save() {
    const { prompt } = this.state;
    await prompt.save();
    await this.updateComplete;
    if (prompt.saveFailure) this.find(".prompt-saved .bad")?.scrollIntoView({ block: "nearest" });
    else if (document.activeElement === document.body) this.focusStep(); // the button is gone
  }

  /** @param {import("../types/Prompt").Prompt} key */
  deadPart({ name }) {
    const { prompt } = this.state;
    const about = richText(strings.prompt.endedAbout, { sentence: html`<b>${prompt.deadSentence}</b>`, name });
    return html`<div class="prompt-dead">
      <p id="prompt-dead">${about}</p>
      <button type="button" class="button" data-busy=${prompt.busy === "recreate"} @click=${() => prompt.createAgain()}>
        ${strings.general.createAgain}
      </button>
    </div>`;
  }

  footer() {
    const { prompt, clipboard, settings } = this.state;
    const { closable, dead } = prompt;
    const copied = prompt.prompt?.copied ?? false;
    const seconds = clipboard.hold ? clipboard.hold.seconds : settings.clipboardSeconds;
    const kept = prompt.replaced ? strings.prompt.clipboardHasCurl : strings.prompt.clipboardAfterClose(seconds);
    const reason = dead ? nothing : copied ? kept : strings.prompt.reasonToStay;
    return html`<footer>
      ${dead
        ? nothing
        : this.discarding
          ? html`<button type="button" class="button" data-step="keep" @click=${this.keep}>${strings.prompt.keep}</button
              ><button
                type="button"
                class="button destructive"
                data-busy=${prompt.busy === "discard"}
                aria-describedby="prompt-discarding"
                @click=${this.discard}
              >
                ${strings.prompt.discardAndRevoke}
              </button>`
          : html`<button type="button" class="button danger" data-step="discard" @click=${this.confirmDiscard}>
              ${strings.prompt.discard}
            </button>`}
      <span class="spacer"></span>
      ${this.discarding
        ? html`<p class="prompt-reason" id="prompt-discarding">
            ${copied ? strings.prompt.discardCopiedAbout : strings.prompt.discardAbout}
          </p>`
        : nothing}
      <p class="prompt-reason ${this.discarding ? "visually-hidden" : ""}" id="prompt-reason">
        ${dead ? nothing : icon(copied ? "check" : "lock")}<span>${reason}</span>
      </p>
      <button
        type="button"
        class="button ${closable ? "primary" : ""}"
        data-step="close"
        data-busy=${prompt.busy === "close"}
        ?disabled=${!closable}
        @click=${this.close}
      >
        ${strings.prompt.close}
      </button>
    </footer>`;
  }

  render() {
    const { prompt: key, message, dead } = this.state.prompt;
    if (!key) return nothing;
    return html`<dialog
      class="dialog wide prompt"
      role="alertdialog"
      closedby="none"
      aria-labelledby="prompt-title"
      aria-describedby=${dead ? "prompt-dead" : "prompt-alert prompt-reason"}
      @cancel=${(/** @type {Event} */ event) => event.preventDefault()}
      @close=${this.closed}
      @pointerdown=${this.pressed}
    >
      <div class="dialog-frame" @click=${{ handleEvent: this.guarded.bind(this), capture: true }}
        @keydown=${{ handleEvent: this.guarded.bind(this), capture: true }}>
        <header>
          <h2 id="prompt-title">${strings.prompt.title}</h2>
          <p class="muted small prompt-about">
            <span>${strings.prompt.about(key.name, key.projectName, key.environmentName)}</span>
            <span aria-live="polite"
              >${key.activated
                ? html`<span class="chip ok"><span class="dot" aria-hidden="true"></span>${strings.prompt.activated(key.environmentName)}</span>`
                : nothing}</span
            >
          </p>
        </header>
        <div class="dialog-body">
          ${dead ? this.deadPart(key) : nothing}
          <div class="alert" id="prompt-alert" ?hidden=${dead}>
            ${icon("warning")}
            <p><b>${strings.prompt.alertStrong}</b>${strings.prompt.alertRest}</p>
          </div>
          ${dead ? nothing : this.keyPart(key)}
          <div class="prompt-permissions">
            <span class="prompt-permissions-list"><b>${strings.general.permissions}</b> ${permissionChips(key.permissions)}</span>
            ${dead ? nothing : html`<key-check .state=${this.state} @focus-lost=${this.focusStep}></key-check>`}
          </div>
          <div class="prompt-status">
            ${dead ? nothing : html`<prompt-actions .state=${this.state}></prompt-actions>`}
            <p role="status" class="prompt-message small ${message.tone} ${dead ? "visually-hidden" : ""}">${message.text}</p>
          </div>
        </div>
        ${this.footer()}
      </div>
    </dialog>`;
  }
}

customElements.define("one-time-prompt", OneTimePromptElement);
