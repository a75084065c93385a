/** State that elements observe. */
export abstract class Store extends EventTarget {
  /** Dispatches `change`, after which observing elements render again. */
  protected changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}
