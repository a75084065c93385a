/**
 * The menu of a page, opened at a button with the given items. Arrow keys, Home, End, and first letters move the focus;
 * Esc, Tab, a press elsewhere, and scrolling close it.
 */
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { AppElement } from "../app-element";
import { restoreFocus } from "../lib/focus";
import { icon } from "./icons";

export interface MenuItem {
  label: string;
  run: () => void;
  danger?: boolean;
  /** Makes it one of several choices. */
  checked?: boolean;
  /** Draws a line above it. */
  separated?: boolean;
}

@customElement("action-menu")
export class ActionMenu extends AppElement {
  @state() private items: MenuItem[] = [];
  @state() private label = "";

  private anchor: HTMLElement | null = null;
  private anchorTop = 0;

  private readonly onPressAnywhere = (event: PointerEvent) => {
    const target = event.target as Node;
    if (!this.contains(target) && !this.anchor?.contains(target)) this.close({ returnFocus: false });
  };
  private readonly onResize = () => this.close({ returnFocus: this.contains(document.activeElement) });
  private readonly onScroll = () => {
    // The scroll event of the click that opened the menu may come late: only a moved anchor counts.
    if (this.anchor && this.anchor.getBoundingClientRect().top !== this.anchorTop) this.onResize();
  };

  async toggle(anchor: HTMLElement, label: string, items: MenuItem[]): Promise<void> {
    const isOpenHere = this.anchor === anchor;
    this.close({ returnFocus: false });
    if (isOpenHere) return;
    this.anchor = anchor;
    this.label = label;
    this.items = items;
    anchor.setAttribute("aria-expanded", "true");
    await this.updateComplete;
    const menu = this.querySelector<HTMLElement>(".menu");
    if (!menu) return;
    menu.showPopover();
    this.place(menu, anchor.getBoundingClientRect());
    this.buttons[0]?.focus();
    this.anchorTop = anchor.getBoundingClientRect().top;
    addEventListener("pointerdown", this.onPressAnywhere, true);
    addEventListener("resize", this.onResize);
    addEventListener("scroll", this.onScroll, true);
  }

  private place(menu: HTMLElement, anchor: DOMRect): void {
    menu.style.minWidth = `${Math.max(180, anchor.width > 120 ? anchor.width : 0)}px`;
    const { width, height } = menu.getBoundingClientRect();
    const fitsBelow = anchor.bottom + 4 + height <= innerHeight;
    const left = anchor.width > width ? anchor.left : Math.max(8, anchor.right - width);
    menu.style.left = `${Math.min(left, innerWidth - width - 8)}px`;
    menu.style.top = `${fitsBelow ? anchor.bottom + 4 : Math.max(8, anchor.top - height - 4)}px`;
  }

  private close({ returnFocus }: { returnFocus: boolean }): void {
    if (!this.anchor) return;
    removeEventListener("pointerdown", this.onPressAnywhere, true);
    removeEventListener("resize", this.onResize);
    removeEventListener("scroll", this.onScroll, true);
    const { anchor } = this;
    this.anchor = null;
    anchor.setAttribute("aria-expanded", "false");
    this.items = [];
    if (!returnFocus) return;
    if (anchor.isConnected) anchor.focus({ preventScroll: true });
    else void this.updateComplete.then(() => restoreFocus(document));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.close({ returnFocus: false });
  }

  private get buttons(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".menu button")];
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { buttons } = this;
    const index = buttons.findIndex((button) => button === document.activeElement);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) {
      buttons.at(next % buttons.length)?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      this.close({ returnFocus: true });
    } else if (event.key.length === 1 && event.key !== " ") {
      const letter = event.key.toLowerCase();
      const following = [...buttons.slice(index + 1), ...buttons.slice(0, index + 1)];
      following.find((button) => button.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
    } else {
      return;
    }
    event.stopPropagation();
    if (event.key !== "Tab") event.preventDefault();
  }

  private onSelect(item: MenuItem): void {
    this.close({ returnFocus: true });
    item.run();
  }

  protected override render() {
    if (this.items.length === 0) return nothing;
    return html`<div class="menu" role="menu" aria-label=${this.label} popover="manual" @keydown=${this.onKeyDown}>
      ${this.items.map(
        (item) => html`${item.separated ? html`<div class="menu-line" role="separator"></div>` : nothing}<button
            type="button"
            role=${item.checked === undefined ? "menuitem" : "menuitemradio"}
            aria-checked=${item.checked === undefined ? nothing : String(item.checked)}
            tabindex="-1"
            class=${item.danger ? "danger" : ""}
            @click=${() => this.onSelect(item)}
          >
            <span>${item.label}</span>${item.checked ? icon("check") : nothing}
          </button>`,
      )}
    </div>`;
  }
}
