/**
 * The base of every element: light DOM, so that labels, axe, and WebDriver see one tree. It renders again when a store
 * that it observes changes.
 */
import { consume, createContext } from "@lit/context";
import { LitElement } from "lit";
import type { Store } from "./lib/store";
import type { Stores } from "./stores";

/** The window's stores, provided by `keystile-app`. */
export const storesContext = createContext<Stores>(Symbol("stores"));

export abstract class AppElement extends LitElement {
  @consume({ context: storesContext })
  stores!: Stores;

  private observing: Store[] = [];
  private readonly onStoreChange = () => this.storeChanged();

  /** Returns the stores whose changes render this element again. */
  protected observed(): Store[] {
    return [];
  }

  protected storeChanged(): void {
    this.requestUpdate();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observing = this.observed();
    for (const store of this.observing) store.addEventListener("change", this.onStoreChange);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const store of this.observing) store.removeEventListener("change", this.onStoreChange);
    this.observing = [];
  }

  /** Dispatches a bubbling event. */
  protected emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
