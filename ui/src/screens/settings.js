/** Settings: appearance, clipboard, shortcuts, the state of the system keychain, and the path of the database. */
import { html, nothing } from "lit";
import { icon } from "../elements/icons.js";
import { LightElement } from "../elements/light-element.js";
import { richText } from "../elements/rich-text.js";
import { strings } from "../strings.js";

/** @type {import("../types/Theme").Theme[]} */
const THEMES = ["system", "light", "dark"];

/** The delays to choose from; null: never. @type {(number | null)[]} */
const CLEARING_SECONDS = [10, 30, 45, 90, null];

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
      return html`<p class="keychain-state muted"><span class="spinner" aria-hidden="true"></span>${strings.settings.keychainChecking}</p>`;
    }
    const ready = keychain.state === "ready";
    return html`<p class="keychain-state">
        <span class="chip ${ready ? "ok" : "warn"}"
          >${icon(ready ? "check" : "problem")}${strings.settings.keychainStates[keychain.state]}</span
        >
        <span>${keychain.name}</span>
      </p>
      ${keychain.message ? html`<p class="small">${keychain.message} ${keychain.advice ?? ""}</p>` : nothing}
      ${ready ? nothing : html`<button type="button" class="button" @click=${() => this.state.readKeychain()}>${strings.settings.checkAgain}</button>`}`;
  }

  render() {
    const { state } = this;
    const { settings, started } = state;
    const singleKeys = richText(strings.settings.singleKeysAbout, {
      search: html`<kbd>/</kbd>`,
      create: html`<kbd>n</kbd>`,
      help: html`<kbd>?</kbd>`,
    });
    return html`<header class="head"><div class="titlebar"><h1 tabindex="-1">${strings.settings.title}</h1></div></header>
      <div class="body">
        <div class="card settings">
          ${this.choice(
            "theme",
            strings.settings.theme,
            strings.settings.themeAbout,
            THEMES.map((theme) => ({ value: theme, label: strings.settings.themes[theme] })),
            settings.theme,
            (theme) => void state.changeSettings({ theme }),
          )}
          ${this.choice(
            "clearing",
            strings.settings.clearing,
            settings.clipboardSeconds === null
              ? strings.settings.clearingNeverAbout
              : strings.settings.clearingAbout,
            CLEARING_SECONDS.map((seconds) => ({
              value: seconds,
              label: seconds === null ? strings.settings.never : strings.settings.seconds(seconds),
            })),
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
                <label for="single-keys">${strings.settings.singleKeys}</label>
                <p class="muted small" id="single-keys-about">${singleKeys}</p>
              </div>
            </div>
            <button type="button" class="button" @click=${() => this.emit("open-dialog", { kind: "shortcuts" })}>
              ${strings.settings.showShortcuts}
            </button>
          </div>
          <section class="setting" aria-labelledby="keychain-heading">
            <h2 id="keychain-heading">${strings.general.systemKeychain}</h2>
            <p class="muted small">${strings.settings.keychainAbout}</p>
            ${this.keychain()}
          </section>
          <section class="setting" aria-labelledby="data-heading">
            <h2 id="data-heading">${strings.settings.data}</h2>
            <p class="muted small">${strings.settings.dataAbout}</p>
            <code class="path">${started?.databasePath}</code>
          </section>
        </div>
        <p class="faint small footnote">${strings.settings.version(started?.version ?? "")}</p>
      </div>`;
  }
}

customElements.define("settings-screen", SettingsScreen);
