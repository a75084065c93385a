import { Store } from "../lib/store";

/** How long a message without an error is shown. */
export const TOAST_MS = 10_000;

/** How long a message stays after it was read, if its time is over. */
export const AFTER_READING_MS = 2000;

/** How many messages with an action are shown together: more would cover the page. */
export const MAX_ACTIONS = 3;

/** How many actions can be undone after their messages are gone. */
const MAX_UNDO = 20;

export interface ToastAction {
  label: string;
  run: () => void | Promise<void>;
}

/** Messages of one kind are shown as one, such as "3 keys disabled", whose Undo reverts all of them. */
export interface ToastGroup {
  id: string;
  summarize: (count: number) => string;
}

/** One message. */
interface Part {
  text: string;
  action: ToastAction | null;
  /** The id of what the message is about. */
  subject: string | null;
}

export interface Toast {
  id: number;
  text: string;
  advice: string;
  isError: boolean;
  action: ToastAction | null;
  /** The messages that are shown as one, oldest first. */
  parts: Part[];
  group: ToastGroup | null;
}

/** Short messages at the edge of the window, oldest first. An error is shown until it is dismissed. */
export class Toasts extends Store {
  list: Toast[] = [];

  private lastId = 0;
  private isBeingRead = false;
  /** Messages whose time was over while they were read. */
  private readonly overdue = new Set<number>();
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  /** The messages whose actions can be undone, oldest first. */
  private undoable: Part[] = [];

  /** A later message about the same subject replaces this one, because its action would revert an outdated change. */
  show(
    text: string,
    action: ToastAction | null = null,
    subject: string | null = null,
    group: ToastGroup | null = null,
  ): void {
    const part = { text, action, subject };
    if (subject !== null) this.removeParts((other) => other.subject === subject);
    if (action) this.undoable = [...this.undoable, part].slice(-MAX_UNDO);
    const earlier = group && this.list.find((toast) => toast.group?.id === group.id);
    const id = earlier ? this.extend(earlier, part) : this.add({ parts: [part], group, isError: false, advice: "" });
    this.startTimer(id, TOAST_MS);
  }

  error({ message, advice }: { message: string; advice: string }): void {
    this.list = this.list.filter((toast) => toast.text !== message);
    this.add({ parts: [{ text: message, action: null, subject: null }], group: null, isError: true, advice });
  }

  dismiss(id: number): void {
    const left = this.list.filter((toast) => toast.id !== id);
    if (left.length === this.list.length) return;
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.list = left;
    this.changed();
  }

  /** While the messages are hovered or focused, none disappears. */
  setBeingRead(isBeingRead: boolean): void {
    if (this.isBeingRead === isBeingRead) return;
    this.isBeingRead = isBeingRead;
    if (isBeingRead) return;
    for (const id of this.overdue) this.startTimer(id, AFTER_READING_MS);
    this.overdue.clear();
  }

  get canUndo(): boolean {
    return this.undoable.length > 0;
  }

  /** Removes the last message that can be undone and returns it, even if it is not shown anymore. */
  takeUndo(): { text: string; action: ToastAction } | null {
    const part = this.undoable.at(-1);
    if (!part?.action) return null;
    this.removeParts((other) => other === part);
    this.changed();
    return { text: part.text, action: part.action };
  }

  private startTimer(id: number, duration: number): void {
    clearTimeout(this.timers.get(id));
    this.overdue.delete(id);
    this.timers.set(id, setTimeout(() => this.expire(id), duration));
  }

  private expire(id: number): void {
    if (this.isBeingRead) this.overdue.add(id);
    else this.dismiss(id);
  }

  private removeParts(isRemoved: (part: Part) => boolean): void {
    this.undoable = this.undoable.filter((part) => !isRemoved(part));
    this.list = this.list.flatMap((toast) => {
      const parts = toast.parts.filter((part) => !isRemoved(part));
      if (parts.length === toast.parts.length) return [toast];
      return parts.length === 0 ? [] : [this.merged({ ...toast, parts })];
    });
  }

  /** Of the earlier messages, keeps the errors and the newest ones with an action. */
  private add(toast: Pick<Toast, "parts" | "group" | "isError" | "advice">): number {
    const hasAction = toast.parts.some(({ action }) => action);
    const actions = this.list.filter(({ action }) => action).slice(hasAction ? 1 - MAX_ACTIONS : -MAX_ACTIONS);
    const kept = this.list.filter((earlier) => earlier.isError || actions.includes(earlier));
    this.lastId += 1;
    this.list = [...kept, this.merged({ ...toast, id: this.lastId })];
    this.changed();
    return this.lastId;
  }

  private extend(toast: Toast, part: Part): number {
    const merged = this.merged({ ...toast, parts: [...toast.parts, part] });
    this.list = this.list.map((each) => (each === toast ? merged : each));
    this.changed();
    return toast.id;
  }

  /** Returns a toast with the text and the action of all its messages. */
  private merged(toast: Pick<Toast, "id" | "parts" | "group" | "isError" | "advice">): Toast {
    const { parts, group } = toast;
    const text = parts.length > 1 && group ? group.summarize(parts.length) : (parts[0]?.text ?? "");
    const actions = parts.flatMap(({ action }) => action ?? []);
    const label = actions[0]?.label;
    if (label === undefined) return { ...toast, text, action: null };
    return { ...toast, text, action: { label, run: () => this.runAll(parts) } };
  }

  /** Runs the actions, the last one first. */
  private async runAll(parts: Part[]): Promise<void> {
    this.undoable = this.undoable.filter((part) => !parts.includes(part));
    for (const { action } of parts.toReversed()) await action?.run();
  }
}
