/** Chooses the key of a Playground request, or takes a pasted one. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { fieldError } from "../../components/field";
import { icon } from "../../components/icons";
import { selectField } from "../../components/select-field";
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import { chosenKeyId, keyOptions } from "../../stores/playground";
import { playgroundTab } from "../../strings/playground";

@customElement("request-key")
export class RequestKey extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  protected override observed() {
    const { playground, keys, savedKeys, session } = this.stores;
    return [playground, keys, savedKeys, session];
  }

  protected override updated(): void {
    const chosen = chosenKeyId(this.stores.playground.key);
    if (chosen !== null) this.stores.keys.request([chosen]);
  }

  /** The keys in the keychain, and the chosen one even if it was removed from there. */
  private get savedKeys(): Key[] {
    const { keys, savedKeys, playground } = this.stores;
    const saved = savedKeys.byEnvironment.get(this.environment.id) ?? [];
    const chosen = keys.find(chosenKeyId(playground.key) ?? "");
    return chosen && !saved.some(({ id }) => id === chosen.id) ? [...saved, chosen] : saved;
  }

  private get error(): string | null {
    return fieldError(this.stores.playground.error, ["key"]);
  }

  private renderPastedKey() {
    const { playground } = this.stores;
    return html`<div class="field">
      <div class="field-label"><label for="request-pasted">${playgroundTab.pastedKey}</label></div>
      <input
        id="request-pasted"
        class="input mono"
        type="password"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        .value=${playground.pastedKey}
        aria-invalid=${this.error === null ? nothing : "true"}
        aria-describedby="request-key-about"
        @input=${(event: InputEvent) => playground.setPastedKey((event.currentTarget as HTMLInputElement).value)}
      />
    </div>`;
  }

  private get keyHint(): string {
    const { playground, session } = this.stores;
    switch (playground.key) {
      case "none":
        return playgroundTab.noKeyAbout;
      case "trial":
        return playgroundTab.trialAbout(playground.trialKey?.name ?? "");
      case "pasted":
        return playgroundTab.pastedAbout;
      default:
        return playgroundTab.savedAbout(session.keychainName);
    }
  }

  protected override render() {
    const { playground } = this.stores;
    const options = keyOptions(this.savedKeys, playground.key, playground.trialKey);
    return html`<div class="field">
      <div class="key-choice">
        <div class="field">
          <div class="field-label"><label for="request-key">${playgroundTab.key}</label></div>
          ${selectField({
            id: "request-key",
            label: playgroundTab.key,
            value: playground.key,
            choices: options.map(({ choice, label }) => ({ value: choice, label })),
            onChange: (choice) => playground.selectKey(choice),
          })}
        </div>
        ${playground.key === "pasted" ? this.renderPastedKey() : nothing}
      </div>
      ${this.error
        ? html`<p class="field-error" id="request-key-error">${icon("problem")}<span>${this.error}</span></p>`
        : nothing}
      <p class="hint" id="request-key-about">${this.keyHint}</p>
    </div>`;
  }
}
