/** Settings: how the window looks and behaves, where the data is, and how the system keychain is. */
import { html, nothing } from "lit";
import { icon } from "../elements/icons.js";
import { LightElement } from "../elements/light-element.js";

/** @type {{theme: import("../types/Theme").Theme, label: string}[]} */
const THEMES = [
  { theme: "system", label: "System" },
  { theme: "light", label: "Light" },
  { theme: "dark", label: "Dark" },
];

/** @type {{seconds: number | null, label: string}[]} */
const CLEARING = [
  { seconds: 10, label: "10 s" },
  { seconds: 30, label: "30 s" },
  { seconds: 45, label: "45 s" },
  { seconds: 90, label: "90 s" },
  { seconds: null, label: "Never" },
];

const KEYCHAIN_WORDS = { ready: "Ready", locked: "Locked", absent: "Not available", failed: "Not working" };

class SettingsScreen extends LightElement {
  connectedCallback() {
    super.connectedCallback();
    void this.state.readKeychain();
  }

  /**
   * @template T
   * @param {string} name
   * @param {string} heading
   * @param {string} about
   * @param {{value: T, label: string}[]} choices
   * @param {T} current
   * @param {(value: T) => void} chosen
   */
  choice(name, heading, about, choices, current, chosen) {
    return html`<div class="setting" role="radiogroup" aria-labelledby="${name}-heading" aria-describedby="${name}-about">
      <h2 id="${name}-heading">${heading}</h2>
      <p class="muted small" id="${name}-about">${about}</p>
      <div class="segments">
        ${choices.map(
          ({ value, label }) => html`<label class="segment"
            ><input type="radio" name=${name} .checked=${value === current} @change=${() => chosen(value)} /><span
              >${label}</span
            ></label
          >`,
        )}
      </div>
    </div>`;
  }

  keychain() {
    const { keychain } = this.state;
    if (!keychain) {
      return html`<p class="keychain-state muted"><span class="spinner" aria-hidden="true"></span>Asking the system keychain</p>`;
    }
    const ready = keychain.state === "ready";
    return html`<p class="keychain-state">
        <span class="chip ${ready ? "ok" : "warn"}"
          >${icon(ready ? "check" : "problem")}${KEYCHAIN_WORDS[keychain.state]}</span
        >
        <span>${keychain.name}</span>
      </p>
      ${keychain.message ? html`<p class="small">${keychain.message} ${keychain.advice ?? ""}</p>` : nothing}
      ${ready ? nothing : html`<button type="button" class="button" @click=${() => this.state.readKeychain()}>Check again</button>`}`;
  }

  render() {
    const { state } = this;
    const { settings, started } = state;
    return html`<header class="head"><div class="titlebar"><h1 tabindex="-1">Settings</h1></div></header>
      <div class="body">
        <div class="card settings">
          ${this.choice(
            "theme",
            "Theme",
            "System follows the desktop.",
            THEMES.map(({ theme, label }) => ({ value: theme, label })),
            settings.theme,
            (theme) => void state.changeSettings({ theme }),
          )}
          ${this.choice(
            "clearing",
            "Clear the clipboard",
            settings.clipboardSeconds === null
              ? "A copied key stays in the clipboard until something else is copied."
              : "Counted from Close, if the clipboard still holds the key.",
            CLEARING.map(({ seconds, label }) => ({ value: seconds, label })),
            settings.clipboardSeconds,
            (clipboardSeconds) => void state.changeSettings({ clipboardSeconds }),
          )}
          <div class="setting">
            <div class="setting-check">
              <input
                id="single-keys"
                type="checkbox"
                aria-describedby="single-keys-about"
                .checked=${settings.singleKeys}
                @change=${(/** @type {Event} */ event) =>
                  void state.changeSettings({ singleKeys: /** @type {HTMLInputElement} */ (event.target).checked })}
              />
              <div>
                <label for="single-keys">Single-letter shortcuts</label>
                <p class="muted small" id="single-keys-about"><kbd>/</kbd> search, <kbd>n</kbd> new, <kbd>?</kbd> shortcuts</p>
              </div>
            </div>
            <button type="button" class="button" @click=${() => this.emit("dialog-wanted", { kind: "shortcuts" })}>
              Show shortcuts
            </button>
          </div>
          <section class="setting" aria-labelledby="keychain-heading">
            <h2 id="keychain-heading">System keychain</h2>
            <p class="muted small">Where a key goes when you press Save to system keychain.</p>
            ${this.keychain()}
          </section>
          <section class="setting" aria-labelledby="data-heading">
            <h2 id="data-heading">Data</h2>
            <p class="muted small">Names, hashes and the audit log. No key is in it.</p>
            <code class="path">${started?.databasePath}</code>
          </section>
        </div>
        <p class="faint small footnote">Keystile ${started?.version}</p>
      </div>`;
  }
}

customElements.define("settings-screen", SettingsScreen);
