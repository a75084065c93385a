/** How many keys are selected, and what can be done with them. It takes the place of search and filters. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../../app-element";
import { bulkCommands, changeSelectedKeys } from "../../../commands/bulk";
import { type CommandContext, menuItems } from "../../../commands/command";
import "../../../components/action-menu";
import type { ActionMenu, MenuItem } from "../../../components/action-menu";
import { icon } from "../../../components/icons";
import type { Environment } from "../../../host/types/Environment";
import { restoreFocus } from "../../../lib/focus";
import type { Store } from "../../../lib/store";
import type { BulkVerb } from "../../../stores/dialogs";
import type { KeyList } from "../../../stores/key-list";
import { strings } from "../../../strings";
import { bulk } from "../../../strings/bulk";

/** The buttons in the order of the bar. Those of a higher rank go into the menu when there is little room. */
const BUTTONS: readonly { verb: BulkVerb; rank: number }[] = [
  { verb: "disable", rank: 1 },
  { verb: "enable", rank: 1 },
  { verb: "extend", rank: 2 },
  { verb: "tags", rank: 2 },
  { verb: "owner", rank: 2 },
  { verb: "revoke", rank: 1 },
];

@customElement("selection-bar")
export class SelectionBar extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  protected override observed(): Store[] {
    return [this.stores.keys];
  }

  private get list(): KeyList {
    return this.stores.keys.list(this.environment.id);
  }

  /** Returns the items of the menu of the selected keys. */
  menu(isShown: (verb: string) => boolean = () => true): MenuItem[] {
    const context: CommandContext = { stores: this.stores, project: null, environment: this.environment };
    return menuItems(
      bulkCommands.filter(({ id }) => isShown(id)),
      context,
    );
  }

  get menuLabel(): string {
    return bulk.menuLabel(this.list.selected.count);
  }

  run(verb: BulkVerb): void {
    void changeSelectedKeys(this.stores, this.environment, verb);
  }

  private clear(): void {
    const { view, rows, selected } = this.list;
    selected.clear();
    void this.updateComplete.then(() => restoreFocus(document, [view.currentId ?? "", rows.row(0)?.id ?? ""]));
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    this.clear();
  }

  /** The menu has what is not in the bar. */
  private openMore(event: Event): void {
    const hidden = new Set(
      [...this.querySelectorAll<HTMLElement>("[data-verb]")]
        .filter((button) => !button.checkVisibility())
        .map((button) => `keys.${button.dataset.verb}`),
    );
    const menu = this.querySelector<ActionMenu>("action-menu");
    void menu?.toggle(event.currentTarget as HTMLElement, bulk.more, this.menu((id) => hidden.has(id)));
  }

  protected override render() {
    const { selected, rows } = this.list;
    return html`<div class="selection" role="group" aria-label=${bulk.label} @keydown=${this.onKeyDown}>
      <b class="tabular">${strings.keys.selected(selected.count)}</b>
      ${selected.count < rows.total
        ? html`<button type="button" class="link rank-3" @click=${() => selected.selectAll()}>
            ${bulk.selectAll(rows.total)}
          </button>`
        : nothing}
      <span class="spacer"></span>
      ${BUTTONS.map(
        ({ verb, rank }) => html`<button
          type="button"
          class="button small-button rank-${rank} ${verb === "revoke" ? "danger-outline" : ""}"
          data-verb=${verb}
          @click=${() => this.run(verb)}
        >
          ${bulk.verbs[verb]}
        </button>`,
      )}
      <button
        type="button"
        class="icon-button more-verbs"
        aria-haspopup="menu"
        aria-expanded="false"
        aria-label=${bulk.more}
        @click=${this.openMore}
      >
        ${icon("dots")}
      </button>
      <button type="button" class="button small-button quiet" @click=${this.clear}>${bulk.clear}</button>
      <action-menu></action-menu>
    </div>`;
  }
}
