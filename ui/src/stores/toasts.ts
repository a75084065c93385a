import { Store } from "../lib/store";

/** How long a message without an error is shown. */
export const TOAST_MS = 10_000;

/** How many messages with an action are shown together: more would cover the page. */
export const MAX_ACTIONS = 3;

export interface ToastAction {
  label: string;
  run: () => void | Promise<void>;
}

export interface Toast {
  id: number;
  text: string;
  advice: string;
  isError: boolean;
  action: ToastAction | null;
  /** The id of what the message is about. */
  subject: string | null;
}

/** Short messages at the edge of the window, oldest first. An error is shown until it is dismissed. */
export class Toasts extends Store {
  list: Toast[] = [];

  private lastId = 0;

  /** A later message about the same subject replaces this one, because its action would revert an outdated change. */
  show(text: string, action: ToastAction | null = null, subject: string | null = null): void {
    if (subject !== null) this.list = this.list.filter((toast) => toast.subject !== subject);
    const id = this.add({ text, advice: "", isError: false, action, subject });
    setTimeout(() => this.dismiss(id), TOAST_MS);
  }

  error({ message, advice }: { message: string; advice: string }): void {
    this.list = this.list.filter((toast) => toast.text !== message);
    this.add({ text: message, advice, isError: true, action: null, subject: null });
  }

  dismiss(id: number): void {
    const left = this.list.filter((toast) => toast.id !== id);
    if (left.length === this.list.length) return;
    this.list = left;
    this.changed();
  }

  /** Of the earlier messages, keeps the errors and the newest ones with an action. */
  private add(toast: Omit<Toast, "id">): number {
    const actions = this.list.filter(({ action }) => action).slice(toast.action ? 1 - MAX_ACTIONS : -MAX_ACTIONS);
    const kept = this.list.filter((earlier) => earlier.isError || actions.includes(earlier));
    this.lastId += 1;
    this.list = [...kept, { ...toast, id: this.lastId }];
    this.changed();
    return this.lastId;
  }
}
