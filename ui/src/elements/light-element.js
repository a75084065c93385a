/**
 * The base of every element: light DOM, so that labels, axe and WebDriver see one tree, and a subscription to the
 * window's state.
 */
import { LitElement } from "lit";

/** @typedef {import("../state/window-state.js").WindowState} WindowState */

export class LightElement extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { state: { attribute: false } };

  constructor() {
    super();
    /** @type {WindowState} set by the parent's template before the element is connected */
    this.state = /** @type {any} */ (undefined);
    /** @type {Element | null} */
    this.app = null;
    this.stateChanged = () => this.requestUpdate();
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.state?.addEventListener("changed", this.stateChanged);
    this.app = this.closest("keystile-app");
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.state?.removeEventListener("changed", this.stateChanged);
  }

  /**
   * Dispatches a bubbling event. If the element was removed while a command ran, the app dispatches it instead.
   *
   * @param {string} name
   * @param {unknown} [detail]
   */
  emit(name, detail) {
    (this.isConnected ? this : this.app)?.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  /**
   * @param {string} selector
   * @returns {HTMLElement | null}
   */
  find(selector) {
    return this.querySelector(selector);
  }
}
