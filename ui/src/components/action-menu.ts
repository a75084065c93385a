/**
 * The menu of a page, opened at a button or at the pointer with the given items. Arrow keys, Home, End and first letters
 * move the focus; Esc, Tab, a press elsewhere and scrolling close it.
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

  /** Opens the menu at its button, or closes it. */
  async toggle(anchor: HTMLElement, label: string, items: MenuItem[]): Promise<void> {
    const isOpenHere = this.anchor === anchor;
    this.close({ returnFocus: false });
    if (!isOpenHere) await this.open(anchor, label, items, (menu) => placeBeside(menu, anchor.getBoundingClientRect()));
  }

  /** Opens the menu at the pointer. The anchor gets the focus back; if it is a menu button, it becomes expanded. */
  async toggleAt(x: number, y: number, label: string, items: MenuItem[], anchor: HTMLElement): Promise<void> {
    this.close({ returnFocus: false });
    if (items.length > 0) await this.open(anchor, label, items, (menu) => placeAt(menu, x, y));
  }

  private async open(
    anchor: HTMLElement,
    label: string,
    items: MenuItem[],
    place: (menu: HTMLElement) => void,
  ): Promise<void> {
    this.anchor = anchor;
    this.label = label;
    this.items = items;
    if (anchor.ariaHasPopup) anchor.setAttribute("aria-expanded", "true");
    await this.updateComplete;
    const menu = this.querySelector<HTMLElement>(".menu");
    if (!menu) return;
    menu.showPopover();
    place(menu);
    this.buttons[0]?.focus();
    this.anchorTop = anchor.getBoundingClientRect().top;
    addEventListener("pointerdown", this.onPressAnywhere, true);
    addEventListener("resize", this.onResize);
    addEventListener("scroll", this.onScroll, true);
  }

  private close({ returnFocus }: { returnFocus: boolean }): void {
    if (!this.anchor) return;
    removeEventListener("pointerdown", this.onPressAnywhere, true);
    removeEventListener("resize", this.onResize);
    removeEventListener("scroll", this.onScroll, true);
    const { anchor } = this;
    this.anchor = null;
    if (anchor.ariaHasPopup) anchor.setAttribute("aria-expanded", "false");
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

/** The distance to the edges of the window. */
const MARGIN = 8;
/** The distance to the button. */
const GAP = 4;

/** Below its button, or above it where there is no space. */
function placeBeside(menu: HTMLElement, anchor: DOMRect): void {
  if (anchor.width > 120) menu.style.minWidth = `${anchor.width}px`;
  const { width, height } = menu.getBoundingClientRect();
  const fitsBelow = anchor.bottom + GAP + height <= innerHeight;
  // Under a wide button, the left edges are aligned; under an icon, the right ones.
  const left = anchor.width > 120 ? anchor.left : Math.max(MARGIN, anchor.right - width);
  moveTo(menu, Math.min(left, innerWidth - width - MARGIN), fitsBelow ? anchor.bottom + GAP : anchor.top - height - GAP);
}

/** With a corner at the pointer. */
function placeAt(menu: HTMLElement, x: number, y: number): void {
  const { width, height } = menu.getBoundingClientRect();
  const fitsRight = x + width + MARGIN <= innerWidth;
  const fitsBelow = y + height + MARGIN <= innerHeight;
  moveTo(menu, fitsRight ? x : x - width, fitsBelow ? y : y - height);
}

function moveTo(menu: HTMLElement, left: number, top: number): void {
  menu.style.left = `${Math.max(MARGIN, left)}px`;
  menu.style.top = `${Math.max(MARGIN, top)}px`;
}
