/** Where the database and the log are. Rust opens them; the window names only the location. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import "../../components/copy-button";
import { toCommandError } from "../../host/command-error";
import type { Location } from "../../host/types/Location";
import type { Store } from "../../lib/store";
import { settings } from "../../strings/settings";

interface FileSetting {
  id: string;
  heading: string;
  about: string;
  path: string;
  /** The locations that buttons open, with their labels. */
  open: { location: Location; label: string }[];
  /** The location whose path is shown. */
  copied: Location;
}

@customElement("file-settings")
export class FileSettings extends AppElement {
  protected override observed(): Store[] {
    return [this.stores.session];
  }

  private async openLocation(location: Location): Promise<void> {
    try {
      await this.stores.host.openLocation({ location });
    } catch (error) {
      this.stores.toasts.error(toCommandError(error));
    }
  }

  private renderSetting({ id, heading, about, path, open, copied }: FileSetting) {
    return html`<section class="setting" aria-labelledby="${id}-heading">
      <h2 id="${id}-heading">${heading}</h2>
      <p class="muted small">${about}</p>
      <code class="path">${path}</code>
      <div class="setting-buttons">
        ${open.map(
          ({ location, label }) => html`<button
            type="button"
            class="button"
            aria-describedby="${id}-heading"
            @click=${() => this.openLocation(location)}
          >
            ${label}
          </button>`,
        )}
        <copy-button
          .label=${settings.copyPath}
          .copy=${() => this.stores.host.copyLocation({ location: copied })}
        ></copy-button>
      </div>
    </section>`;
  }

  protected override render() {
    const { start } = this.stores.session;
    if (!start) return nothing;
    const openFolder = settings.openFolder;
    const data = this.renderSetting({
      id: "data",
      heading: settings.data,
      about: settings.dataAbout,
      path: start.dataFolder,
      open: [{ location: "dataFolder", label: openFolder }],
      copied: "dataFolder",
    });
    if (start.logPath === null) return data;
    return html`${data}${this.renderSetting({
      id: "log",
      heading: settings.log,
      about: settings.logAbout,
      path: start.logPath,
      open: [
        { location: "log", label: settings.openLog },
        { location: "logFolder", label: openFolder },
      ],
      copied: "log",
    })}`;
  }
}
