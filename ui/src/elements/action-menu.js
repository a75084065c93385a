/**
 * The menu of a screen, opened at a button with the given items. Arrow keys, Home, End and first letters move the focus;
 * Esc, Tab and a press elsewhere close it.
 */
import { html, nothing } from "lit";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";

/**
 * @typedef {{label: string, run: () => void, danger?: boolean, checked?: boolean, separated?: boolean}} Item
 */

class ActionMenu extends LightElement {
  static properties = { items: { state: true }, label: { state: true } };

  constructor() {
    super();
    /** @type {Item[]} */
    this.items = [];
    this.label = "";
    /** @type {HTMLElement | null} */
    this.anchor = null;
    this.pressedElsewhere = (/** @type {Event} */ event) => {
      const target = /** @type {Node} */ (event.target);
      if (!this.contains(target) && !this.anchor?.contains(target)) this.close(false);
    };
    this.moved = () => this.close(false);
  }

  /**
   * @param {HTMLElement} anchor
   * @param {string} label
   * @param {Item[]} items
   */
  async toggle(anchor, label, items) {
    const same = this.anchor === anchor;
    this.close(false);
    if (same) return;
    this.anchor = anchor;
    this.label = label;
    this.items = items;
    anchor.setAttribute("aria-expanded", "true");
    await this.updateComplete;
    const menu = this.find(".menu");
    if (!menu) return;
    menu.showPopover();
    this.place(menu, anchor.getBoundingClientRect());
    this.buttons[0]?.focus();
    addEventListener("pointerdown", this.pressedElsewhere, true);
    addEventListener("resize", this.moved);
  }

  /**
   * @param {HTMLElement} menu
   * @param {DOMRect} at
   */
  place(menu, at) {
    menu.style.minWidth = `${Math.max(180, at.width > 120 ? at.width : 0)}px`;
    const { width, height } = menu.getBoundingClientRect();
    const below = at.bottom + 4 + height <= innerHeight;
    const left = at.width > width ? at.left : Math.max(8, at.right - width);
    menu.style.left = `${Math.min(left, innerWidth - width - 8)}px`;
    menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
  }

  /** @param {boolean} returnFocus */
  close(returnFocus) {
    if (!this.anchor) return;
    removeEventListener("pointerdown", this.pressedElsewhere, true);
    removeEventListener("resize", this.moved);
    const { anchor } = this;
    this.anchor = null;
    anchor.setAttribute("aria-expanded", "false");
    if (returnFocus) anchor.focus();
    this.items = [];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.close(false);
  }

  /** @returns {HTMLElement[]} */
  get buttons() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".menu button"))];
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    const { buttons } = this;
    const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      buttons.at(to % buttons.length)?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      this.close(true);
    } else if (event.key.length === 1 && event.key !== " ") {
      const letter = event.key.toLowerCase();
      const after = [...buttons.slice(at + 1), ...buttons.slice(0, at + 1)];
      after.find((button) => button.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
    } else {
      return;
    }
    event.stopPropagation();
    if (event.key !== "Tab") event.preventDefault();
  }

  /** @param {Item} item */
  chosen(item) {
    this.close(true);
    item.run();
  }

  render() {
    if (this.items.length === 0) return nothing;
    return html`<div class="menu" role="menu" aria-label=${this.label} popover="manual" @keydown=${this.keyed}>
      ${this.items.map(
        (item) => html`${item.separated ? html`<div class="menu-line" role="separator"></div>` : nothing}<button
            type="button"
            role=${item.checked === undefined ? "menuitem" : "menuitemradio"}
            aria-checked=${item.checked === undefined ? nothing : String(item.checked)}
            tabindex="-1"
            class=${item.danger ? "danger" : ""}
            @click=${() => this.chosen(item)}
          >
            <span>${item.label}</span>${item.checked ? icon("check") : nothing}
          </button>`,
      )}
    </div>`;
  }
}

customElements.define("action-menu", ActionMenu);

/** @typedef {ActionMenu} ActionMenuElement */
