/** Lists the open-source software in Keystile with its licenses. The list is loaded when the dialog opens. */
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { searchField } from "../../components/search-field";
import { errorBanner } from "../../components/field";
import { icon } from "../../components/icons";
import { toCommandError } from "../../host/command-error";
import { ModalDialog } from "../../modal-dialog";
import { licenses as licensesTexts } from "../../strings/settings";
import { filterPackages, loadLicenses, type Licenses, type LicensedPackage } from "./licenses";

@customElement("licenses-dialog")
export class LicensesDialog extends ModalDialog {
  @state() private licenses: Licenses | null = null;
  @state() private search = "";
  /** The packages whose texts are shown. */
  @state() private open: ReadonlySet<string> = new Set();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.licenses = await loadLicenses();
    } catch (error) {
      this.error = toCommandError(error);
    }
  }

  private onToggle(key: string, isOpen: boolean): void {
    const open = new Set(this.open);
    if (isOpen) open.add(key);
    else open.delete(key);
    this.open = open;
  }

  private renderPackage({ key, name, version, license, texts }: LicensedPackage) {
    return html`<li>
      <details @toggle=${(event: Event) => this.onToggle(key, (event.currentTarget as HTMLDetailsElement).open)}>
        <summary>
          ${icon("chevron")}<span class="license-name">${name}</span><span class="muted">${version}</span
          ><span class="license-id">${license}</span>
        </summary>
        ${this.open.has(key) ? texts.map((text) => html`<pre class="license-text" tabindex="0">${text}</pre>`) : nothing}
      </details>
    </li>`;
  }

  private renderList() {
    const { error, licenses, search } = this;
    if (error) return errorBanner(error);
    if (!licenses) return html`<div class="progress" role="progressbar" aria-label=${licensesTexts.loading}></div>`;
    const found = filterPackages(licenses.packages, search);
    return html`${searchField({
        label: licensesTexts.search,
        value: search,
        onInput: (value) => (this.search = value),
      })}
      <p class="muted small" role="status">${licensesTexts.count(found.length)}</p>
      <ul class="licenses">
        ${repeat(
          found,
          ({ key }) => key,
          (each) => this.renderPackage(each),
        )}
      </ul>`;
  }

  protected override render() {
    return this.renderDialog({
      title: licensesTexts.title,
      about: licensesTexts.about,
      onSubmit: () => this.close(),
      body: this.renderList(),
      footer: html`<button class="button primary" autofocus>${licensesTexts.done}</button>`,
    });
  }
}
