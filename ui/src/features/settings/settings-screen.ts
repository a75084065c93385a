/** Settings: appearance, clipboard, shortcuts, the state of the system keychain, files, and licenses. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { AppElement } from "../../app-element";
import { showShortcuts } from "../../commands/app";
import { ZOOM_LEVELS } from "../../commands/zoom";
import { badge } from "../../components/badge";
import { icon } from "../../components/icons";
import { richText } from "../../components/rich-text";
import { toCommandError } from "../../host/command-error";
import type { Theme } from "../../host/types/Theme";
import { isApple } from "../../lib/platform";
import type { Store } from "../../lib/store";
import { strings } from "../../strings";
import { settings } from "../../strings/settings";
import { shortcuts } from "../../strings/shortcuts";
import "./file-settings";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** The delays to choose from; null is never. */
const CLEARING_SECONDS: readonly (number | null)[] = [10, 30, 45, 90, null];

interface RadioSetting<T> {
  name: string;
  heading: string;
  about: unknown;
  choices: { value: T; label: string }[];
  current: T;
  onSelect: (value: T) => void;
}

function radioSetting<T>({ name, heading, about, choices, current, onSelect }: RadioSetting<T>) {
  return html`<div class="setting" role="radiogroup" aria-labelledby="${name}-heading" aria-describedby="${name}-about">
    <h2 id="${name}-heading">${heading}</h2>
    <p class="muted small" id="${name}-about">${about}</p>
    <div class="segments">
      ${choices.map(
        ({ value, label }) => html`<label class="segment"
          ><input type="radio" name=${name} .checked=${value === current} @change=${() => onSelect(value)} /><span
            >${label}</span
          ></label
        >`,
      )}
    </div>
  </div>`;
}

interface CheckSetting {
  id: string;
  label: string;
  about: string;
  isChecked: boolean;
  isDisabled?: boolean;
  onChange: (isChecked: boolean) => void;
}

/** A change may be refused: `live` then shows the stored value again. */
function checkSetting({ id, label, about, isChecked, isDisabled = false, onChange }: CheckSetting) {
  return html`<div class="setting">
    <div class="setting-check">
      <input
        id=${id}
        type="checkbox"
        aria-describedby="${id}-about"
        .checked=${live(isChecked)}
        ?disabled=${isDisabled}
        @change=${({ currentTarget }: Event) => onChange((currentTarget as HTMLInputElement).checked)}
      />
      <div>
        <label for=${id}>${label}</label>
        <p class="muted small" id="${id}-about">${about}</p>
      </div>
    </div>
  </div>`;
}

@customElement("settings-screen")
export class SettingsScreen extends AppElement {
  protected override observed(): Store[] {
    return [this.stores.session, this.stores.keychain, this.stores.loginStart];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.readKeychain();
    void this.stores.loginStart.read();
  }

  private readKeychain(): void {
    void this.stores.keychain.read(this.stores.session.keychainName);
  }

  private renderTheme() {
    const { session } = this.stores;
    return radioSetting({
      name: "theme",
      heading: settings.theme,
      about: settings.themeAbout,
      choices: THEMES.map((theme) => ({ value: theme, label: settings.themes[theme] })),
      current: session.settings.theme,
      onSelect: (theme) => void session.changeSettings({ theme }),
    });
  }

  private renderZoom() {
    const { session } = this.stores;
    const { keys } = shortcuts;
    return radioSetting<number>({
      name: "zoom",
      heading: settings.zoom,
      about: richText(settings.zoomAbout, {
        zoomIn: html`<kbd>${isApple ? keys.zoomInOnMac : keys.zoomIn}</kbd>`,
        zoomOut: html`<kbd>${isApple ? keys.zoomOutOnMac : keys.zoomOut}</kbd>`,
        reset: html`<kbd>${isApple ? keys.resetZoomOnMac : keys.resetZoom}</kbd>`,
      }),
      choices: ZOOM_LEVELS.map((level) => ({ value: level, label: settings.percent(level) })),
      current: session.settings.zoom,
      onSelect: (level) => void session.changeSettings({ zoom: level }),
    });
  }

  private renderClearing() {
    const { session } = this.stores;
    const current = session.settings.clipboardSeconds;
    return radioSetting({
      name: "clearing",
      heading: settings.clearing,
      about: current === null ? settings.clearingNeverAbout : settings.clearingAbout,
      choices: CLEARING_SECONDS.map((seconds) => ({
        value: seconds,
        label: seconds === null ? settings.never : settings.seconds(seconds),
      })),
      current,
      onSelect: (clipboardSeconds) => void session.changeSettings({ clipboardSeconds }),
    });
  }

  private onSingleKeysChange(event: Event): void {
    void this.stores.session.changeSettings({ singleKeys: (event.currentTarget as HTMLInputElement).checked });
  }

  private renderShortcuts() {
    const about = richText(settings.singleKeysAbout, {
      search: html`<kbd>/</kbd>`,
      create: html`<kbd>n</kbd>`,
      help: html`<kbd>?</kbd>`,
    });
    return html`<div class="setting">
      <div class="setting-check">
        <input
          id="single-keys"
          type="checkbox"
          aria-describedby="single-keys-about"
          .checked=${this.stores.session.settings.singleKeys}
          @change=${this.onSingleKeysChange}
        />
        <div>
          <label for="single-keys">${settings.singleKeys}</label>
          <p class="muted small" id="single-keys-about">${about}</p>
        </div>
      </div>
      <button type="button" class="button" @click=${() => showShortcuts(this.stores)}>
        ${settings.showShortcuts}
      </button>
    </div>`;
  }

  private renderTray() {
    const { session } = this.stores;
    return checkSetting({
      id: "keep-in-tray",
      label: settings.keepInTray,
      about: settings.keepInTrayAbout,
      isChecked: session.settings.keepInTray,
      onChange: (keepInTray) => void session.changeSettings({ keepInTray }),
    });
  }

  private renderNotifications() {
    const { session } = this.stores;
    return checkSetting({
      id: "notifications",
      label: settings.notifications,
      about: settings.notificationsAbout,
      isChecked: session.settings.notifications,
      onChange: (notifications) => void session.changeSettings({ notifications }),
    });
  }

  private renderLogin() {
    const { loginStart, toasts } = this.stores;
    return checkSetting({
      id: "start-at-login",
      label: settings.startAtLogin,
      about: settings.startAtLoginAbout,
      isChecked: loginStart.isOn ?? false,
      isDisabled: loginStart.isOn === null,
      onChange: (on) => void loginStart.turn(on).catch((error) => toasts.error(toCommandError(error))),
    });
  }

  private renderKeychainStatus() {
    const { status } = this.stores.keychain;
    if (!status) {
      return html`<p class="keychain-state muted">
        <span class="spinner" aria-hidden="true"></span>${settings.keychainChecking}
      </p>`;
    }
    const isReady = status.state === "ready";
    const label = html`${icon(isReady ? "check" : "problem")}${settings.keychainStates[status.state]}`;
    return html`<p class="keychain-state">
        ${badge(isReady ? "ok" : "warn", label)}
        <span>${status.name}</span>
      </p>
      ${status.message ? html`<p class="small">${status.message} ${status.advice ?? ""}</p>` : nothing}
      ${isReady
        ? nothing
        : html`<button type="button" class="button" @click=${this.readKeychain}>
            ${settings.checkAgain}
          </button>`}`;
  }

  protected override render() {
    const { start } = this.stores.session;
    return html`<header class="head">
        <div class="titlebar"><h1 tabindex="-1">${settings.title}</h1></div>
      </header>
      <div class="body">
        <div class="card settings">
          ${this.renderTheme()} ${this.renderZoom()} ${this.renderClearing()} ${this.renderShortcuts()}
          ${this.renderTray()} ${this.renderNotifications()} ${this.renderLogin()}
          <section class="setting" aria-labelledby="keychain-heading">
            <h2 id="keychain-heading">${strings.general.systemKeychain}</h2>
            <p class="muted small">${settings.keychainAbout}</p>
            ${this.renderKeychainStatus()}
          </section>
          <file-settings></file-settings>
          <section class="setting" aria-labelledby="licenses-heading">
            <h2 id="licenses-heading">${settings.licenses}</h2>
            <p class="muted small">${settings.licensesAbout}</p>
            <button type="button" class="button" @click=${() => this.stores.dialogs.open({ kind: "licenses" })}>
              ${settings.showLicenses}
            </button>
          </section>
        </div>
        <p class="faint small footnote">${settings.version(start?.version ?? "")}</p>
      </div>`;
  }
}
