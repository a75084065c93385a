/**
 * Short messages at the edge of the window, with Undo for reversible actions. They disappear after 10 seconds; a failure
 * stays until it is dismissed.
 */

/** How long a message stays, in milliseconds (ui.md, manners). */
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
   * @param {string | null} [about] the id of the thing it is about; a later message about it replaces this one, whose
   *   Undo would take back what is no longer the last thing that was done
   */
  say(text, action = null, about = null) {
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
    // One message beside those that still offer something: a second one would cover what the first is about.
    const offering = this.list.filter(({ action, failure }) => action || failure).slice(-1);
    this.list = [...offering, { ...toast, id }];
    this.changed();
    return id;
  }
}
