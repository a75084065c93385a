/**
 * Short messages at the edge of the window, with Undo for reversible actions. They disappear after 10 seconds; a failure
 * is shown until it is dismissed.
 */

/** How long a message is shown, in milliseconds. */
export const TOAST_MS = 10_000;

/**
 * @typedef {{id: number, text: string, advice: string, failure: boolean,
 *   action: {label: string, run: () => void | Promise<void>} | null, about: string | null}} Toast
 */

export class Toasts {
  /** @param {() => void} changed */
  constructor(changed) {
    /** @type {Toast[]} */
    this.list = [];
    this.changed = changed;
    this.next = 1;
  }

  /**
   * @param {string} text
   * @param {{label: string, run: () => void | Promise<void>} | null} [action]
   * @param {string | null} [about] the id of its subject; a later message about the same subject replaces this one,
   *   because its Undo would revert an outdated change
   */
  show(text, action = null, about = null) {
    if (about) this.list = this.list.filter((toast) => toast.about !== about);
    const id = this.add({ text, advice: "", failure: false, action, about });
    setTimeout(() => this.dismiss(id), TOAST_MS);
  }

  /** @param {{message: string, advice: string}} failure */
  fail({ message, advice }) {
    this.list = this.list.filter((toast) => toast.text !== message);
    this.add({ text: message, advice, failure: true, action: null, about: null });
  }

  /** @param {number} id */
  dismiss(id) {
    const left = this.list.filter((toast) => toast.id !== id);
    if (left.length === this.list.length) return;
    this.list = left;
    this.changed();
  }

  /** @param {Omit<Toast, "id">} toast */
  add(toast) {
    const id = this.next;
    this.next += 1;
    // Keeps at most one earlier message, and only if it has an action or is a failure: more would cover the page.
    const offering = this.list.filter(({ action, failure }) => action || failure).slice(-1);
    this.list = [...offering, { ...toast, id }];
    this.changed();
    return id;
  }
}
