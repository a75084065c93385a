/**
 * The prompt that shows a new key once. It cannot be closed before the key was copied or discarded: Esc, a click
 * outside, and a blocked quit focus Copy. Rust decides which steps are allowed; this element renders the prompt's store
 * and handles focus, repeated keys, and the copy event.
 */
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { AppElement } from "../../../app-element";
import { showKey } from "../../../commands/key";
import { icon } from "../../../components/icons";
import { richText } from "../../../components/rich-text";
import type { Prompt } from "../../../host/types/Prompt";
import { strings } from "../../../strings";
import { permissionBadges } from "../key-badges";
import "./generated-key";
import type { GeneratedKey } from "./generated-key";
import "./key-check";
import "./prompt-actions";
import "./prompt-announcements";
import { promptHeader } from "./prompt-header";
import { saveButton, savedNote, saveFailure } from "./prompt-keychain";

/** Activations this soon after the prompt appeared are ignored: the user was clicking the previous screen. */
const GUARD_MS = 300;
/** How long the button shows Copied. */
const COPIED_MS = 2000;

@customElement("one-time-prompt")
export class OneTimePromptElement extends AppElement {
  @state() private isCopiedShown = false;
  @state() private isDiscarding = false;

  private shownAt = 0;
  private shownTicket = "";
  private shownCopies = 0;
  private shownStatus = 0;
  private needsFocus = false;
  private copiedTimer: ReturnType<typeof setTimeout> | undefined;

  private readonly onCopyEvent = (event: ClipboardEvent) => {
    const coverage = this.keyField?.coverage ?? "none";
    if (coverage === "whole") {
      event.preventDefault();
      void this.stores.prompt.copy();
    } else if (coverage === "part") {
      this.stores.prompt.reportPartialCopy();
    }
  };

  private readonly onEscape = (event: KeyboardEvent) => {
    // Prevented on keydown, because some engines close a dialog on the second Esc without a `cancel` event.
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("quit-dialog")) return;
    event.preventDefault();
    this.keepOpen();
  };

  private readonly onCloseBlocked = () => this.keepOpen();

  /** Blocks repeated keys and, right after the prompt appeared, every activation. */
  private readonly activationGuard = {
    capture: true,
    handleEvent: (event: Event) => {
      const isEarly = performance.now() - this.shownAt < GUARD_MS;
      const isKey = event instanceof KeyboardEvent;
      const isActivation = !isKey || event.key === "Enter" || event.key === " ";
      const isRepeated = isKey && event.repeat;
      if (!isActivation || !(isEarly || isRepeated)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
  };

  protected override observed() {
    const { prompt, clipboard, session, keys } = this.stores;
    return [prompt, clipboard, session, keys];
  }

  protected override storeChanged(): void {
    // Closed before it is removed, because only `close()` restores the focus.
    if (!this.stores.prompt.isOpen && this.dialog?.open) this.dialog.close();
    super.storeChanged();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("copy", this.onCopyEvent);
    document.addEventListener("keydown", this.onEscape);
    this.stores.prompt.addEventListener("close-blocked", this.onCloseBlocked);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("copy", this.onCopyEvent);
    document.removeEventListener("keydown", this.onEscape);
    this.stores.prompt.removeEventListener("close-blocked", this.onCloseBlocked);
    clearTimeout(this.copiedTimer);
    getSelection()?.removeAllRanges();
  }

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  private get keyField(): GeneratedKey | null {
    return this.querySelector<GeneratedKey>("generated-key");
  }

  private focusPart(selector: string): void {
    this.querySelector<HTMLElement>(selector)?.focus();
  }

  protected override firstUpdated(): void {
    this.dialog?.showModal();
  }

  /** Resets the element when another key is shown. */
  protected override willUpdate(): void {
    const { prompt } = this.stores.prompt;
    if (!prompt || prompt.ticket === this.shownTicket) return;
    this.shownTicket = prompt.ticket;
    this.shownAt = performance.now();
    this.isDiscarding = false;
    this.isCopiedShown = false;
    this.shownCopies = 0;
    this.needsFocus = true;
  }

  protected override updated(): void {
    const { prompt } = this.stores;
    if (this.needsFocus && this.dialog?.open) {
      this.needsFocus = false;
      this.focusNextStep();
    }
    if (prompt.copies > this.shownCopies) {
      this.shownCopies = prompt.copies;
      this.isCopiedShown = true;
      clearTimeout(this.copiedTimer);
      this.copiedTimer = setTimeout(() => (this.isCopiedShown = false), COPIED_MS);
    }
    if (prompt.status.id !== this.shownStatus) {
      this.shownStatus = prompt.status.id;
      if (prompt.status.text) this.querySelector(".prompt-message")?.scrollIntoView({ block: "nearest" });
    }
    if (!prompt.canDiscard && prompt.canClose && document.activeElement === document.body) this.focusPart("[data-step=close]");
  }

  /** Focuses Copy until the key is copied, then Close. */
  private focusNextStep(): void {
    this.focusPart(this.stores.prompt.canClose ? "[data-step=close]" : "[data-step=copy]");
  }

  private keepOpen(): void {
    this.isDiscarding = false;
    this.stores.prompt.explainBlockedClose();
    this.focusNextStep();
  }

  private onClose(event: Event): void {
    // The engine closed the dialog while the key is still shown: open it again.
    if (event.target === this.dialog && this.stores.prompt.isOpen) {
      this.dialog?.showModal();
      this.keepOpen();
    }
  }

  private onPointerDown(event: PointerEvent): void {
    if (event.target !== this.dialog) return;
    event.preventDefault();
    this.keepOpen();
  }

  private async copy(): Promise<void> {
    const outcome = await this.stores.prompt.copy();
    if (outcome === "failed") {
      this.keyField?.selectAll();
      this.keyField?.textbox?.focus();
    }
  }

  private async save(): Promise<void> {
    const { prompt } = this.stores;
    await prompt.save();
    await this.updateComplete;
    if (prompt.saveError) this.querySelector(".prompt-saved .bad")?.scrollIntoView({ block: "nearest" });
    else if (document.activeElement === document.body) this.focusNextStep(); // the button is gone
  }

  private async close(): Promise<void> {
    const key = await this.stores.prompt.close();
    if (key) await showKey(this.stores, key);
  }

  private async confirmDiscard(): Promise<void> {
    this.isDiscarding = true;
    await this.updateComplete;
    this.focusPart("[data-step=keep]");
  }

  private async keep(): Promise<void> {
    this.isDiscarding = false;
    await this.updateComplete;
    this.focusPart("[data-step=discard]");
  }

  private async discard(): Promise<void> {
    const { isRotation } = this.stores.prompt;
    const discarded = await this.stores.prompt.discard();
    const message = isRotation ? strings.promptOfRotation.discarded : strings.toasts.discarded;
    if (discarded) this.stores.toasts.show(message(discarded.name));
    else this.isDiscarding = false;
  }

  private renderCopyButton(isCopied: boolean) {
    const isWaiting = this.stores.prompt.busy === "copy";
    const copyLabel = isCopied ? strings.prompt.copyAgain : strings.general.copy;
    const label = this.isCopiedShown ? strings.general.copied : copyLabel;
    return html`<button
      type="button"
      class="button copy-button ${isCopied ? "" : "primary"}"
      data-step="copy"
      data-busy=${isWaiting}
      aria-disabled=${isWaiting ? "true" : nothing}
      @click=${this.copy}
    >
      ${icon(isCopied ? "check" : "copy")}<span>${label}</span>
    </button>`;
  }

  /** Where to keep the key. The keychain may have an old secret, which is replaced only when the new one is saved. */
  private get keepingText(): string {
    const { prompt, keys, session } = this.stores;
    const isOldSaved = prompt.isRotation && prompt.prompt?.copied && keys.find(prompt.prompt.keyId)?.keychain;
    if (!isOldSaved || prompt.prompt?.keychain) return strings.prompt.keepIt;
    return strings.promptOfRotation.keychainHasOld(session.keychainName);
  }

  private renderKey(prompt: Prompt) {
    const { session } = this.stores;
    const { isSaving, canSave, saveError } = this.stores.prompt;
    return html`<div class="prompt-key">
        <div class="field-label" id="generated-key-label">${strings.prompt.keyLabel}</div>
        <div class="keybox"
          ><generated-key .prompt=${prompt} @copy-requested=${this.copy}></generated-key
          >${this.renderCopyButton(prompt.copied)}</div
        >
        <div class="prompt-keeping">
          <p class="faint small">${this.keepingText}</p>
          ${savedNote(prompt, session.keychainName)}
          ${prompt.keychain ? nothing : saveButton({ isSaving, canSave, onSave: () => void this.save() })}
        </div>
      </div>
      ${saveFailure(saveError)}`;
  }

  private renderGone({ name }: Prompt) {
    const { prompt } = this.stores;
    const about = richText(strings.prompt.endedAbout, { sentence: html`<b>${prompt.goneMessage}</b>`, name });
    return html`<div class="prompt-dead">
      <p id="prompt-dead">${about}</p>
      ${prompt.isRotation ? nothing : this.renderCreateAgain()}
    </div>`;
  }

  private renderCreateAgain() {
    const { prompt } = this.stores;
    return html`<button
      type="button"
      class="button"
      data-busy=${prompt.busy === "recreate"}
      @click=${() => prompt.createAgain()}
    >
      ${strings.general.createAgain}
    </button>`;
  }

  private renderDiscard() {
    const { busy, canDiscard, isRotation } = this.stores.prompt;
    if (!canDiscard) return nothing;
    const { discard, keep, discardNew } = strings.promptOfRotation;
    if (!this.isDiscarding) {
      return html`<button type="button" class="button danger" data-step="discard" @click=${this.confirmDiscard}>
        ${isRotation ? discard : strings.prompt.discard}
      </button>`;
    }
    return html`<button type="button" class="button" data-step="keep" @click=${this.keep}>
        ${isRotation ? keep : strings.prompt.keep}</button
      ><button
        type="button"
        class="button destructive"
        data-busy=${busy === "discard"}
        aria-describedby="prompt-discarding"
        @click=${this.discard}
      >
        ${isRotation ? discardNew : strings.prompt.discardAndRevoke}
      </button>`;
  }

  /** The sentence beside Close: why it is disabled, or what happens to the clipboard. */
  private renderReason() {
    const { prompt, clipboard, session } = this.stores;
    if (prompt.isKeyGone) return nothing;
    if (!prompt.prompt?.copied) return strings.prompt.reasonToStay;
    if (prompt.clipboardHasCurl) return strings.prompt.clipboardHasCurl;
    const seconds = clipboard.state ? clipboard.state.seconds : session.settings.clipboardSeconds;
    return strings.prompt.clipboardAfterClose(seconds);
  }

  private get discardAbout(): string {
    const { isRotation, canClose } = this.stores.prompt;
    if (isRotation) return strings.promptOfRotation.discardAbout;
    return canClose ? strings.prompt.discardCopiedAbout : strings.prompt.discardAbout;
  }

  private renderFooter(isCopied: boolean) {
    const { canClose, isKeyGone, busy } = this.stores.prompt;
    const isDiscarding = this.isDiscarding && this.stores.prompt.canDiscard;
    return html`<footer>
      ${this.renderDiscard()}
      <span class="spacer"></span>
      ${isDiscarding ? html`<p class="prompt-reason" id="prompt-discarding">${this.discardAbout}</p>` : nothing}
      <p class="prompt-reason ${isDiscarding ? "visually-hidden" : ""}" id="prompt-reason">
        ${isKeyGone ? nothing : icon(isCopied ? "check" : "lock")}<span>${this.renderReason()}</span>
      </p>
      <button
        type="button"
        class="button ${canClose ? "primary" : ""}"
        data-step="close"
        data-busy=${busy === "close"}
        ?disabled=${!canClose}
        @click=${this.close}
      >
        ${strings.prompt.close}
      </button>
    </footer>`;
  }

  private renderBody(prompt: Prompt) {
    const { status, isKeyGone } = this.stores.prompt;
    return html`<div class="dialog-body">
      ${isKeyGone ? this.renderGone(prompt) : nothing}
      <div class="alert" id="prompt-alert" ?hidden=${isKeyGone}>
        ${icon("warning")}
        <p><b>${strings.prompt.alertStrong}</b>${strings.prompt.alertRest}</p>
      </div>
      ${isKeyGone ? nothing : this.renderKey(prompt)}
      <div class="prompt-permissions">
        <span class="prompt-permissions-list"
          ><b>${strings.general.permissions}</b> ${permissionBadges(prompt.permissions)}</span
        >
        ${isKeyGone ? nothing : html`<key-check @focus-lost=${this.focusNextStep}></key-check>`}
      </div>
      <div class="prompt-status">
        ${isKeyGone ? nothing : html`<prompt-actions></prompt-actions>`}
        <p class="prompt-message small ${status.tone}" ?hidden=${isKeyGone}>${status.text}</p>
        <prompt-announcements></prompt-announcements>
      </div>
    </div>`;
  }

  protected override render() {
    const { prompt, isKeyGone, isRotation } = this.stores.prompt;
    if (!prompt) return nothing;
    return html`<dialog
      class="dialog wide prompt"
      tabindex="-1"
      role="alertdialog"
      closedby="none"
      aria-labelledby="prompt-title"
      aria-describedby=${isKeyGone ? "prompt-dead" : `${isRotation ? "prompt-overlap " : ""}prompt-alert prompt-reason`}
      @cancel=${(event: Event) => event.preventDefault()}
      @close=${this.onClose}
      @pointerdown=${this.onPointerDown}
    >
      <div class="dialog-frame" @click=${this.activationGuard} @keydown=${this.activationGuard}>
        ${promptHeader(prompt)}
        ${this.renderBody(prompt)} ${this.renderFooter(prompt.copied)}
      </div>
    </dialog>`;
  }
}
