/**
 * Space at the end of what scrolls, as high as the messages at the edge of the window, so that its last line can be
 * scrolled above them. The space grows with the messages, and shrinks only as far as nothing moves.
 */
import { html, type ReactiveController, type ReactiveControllerHost } from "lit";

const PROPERTY = "--toast-space";

/** Renders the space. It is the last child of the element that scrolls. */
export const toastSpace = () => html`<div class="toast-space"></div>`;

/** Returns how much of an element's end the messages cover, in pixels, so that `minVisible` of it is left. */
export function coveredHeight(box: HTMLElement, minVisible: number): number {
  const space = Number.parseFloat(document.documentElement.style.getPropertyValue(PROPERTY)) || 0;
  const covered = space === 0 ? 0 : box.getBoundingClientRect().bottom - (innerHeight - space);
  return Math.max(0, Math.min(covered, box.clientHeight - minVisible));
}

/**
 * Limits the space of an element, whose content ends at `end`, to what the messages cover of it at the end of its page, so
 * that `minVisible` of it is left. Returns whether they cover anything.
 */
export function limitToastSpace(box: HTMLElement, end: number, minVisible: number): boolean {
  const page = box.closest("main");
  const pageEnd = page ? page.getBoundingClientRect().top + page.scrollHeight - page.scrollTop : innerHeight;
  box.style.setProperty("--space-below", `${Math.max(0, pageEnd - end)}px`);
  box.style.setProperty("--max-covered", `${Math.max(0, box.clientHeight - minVisible)}px`);
  return (box.querySelector<HTMLElement>(":scope > .toast-space")?.offsetHeight ?? 0) > 0;
}

/** Returns how much the space can shrink before something that is scrolled to its end moves. */
function distanceFromEnds(): number {
  const boxes = [...document.querySelectorAll<HTMLElement>(".toast-space")]
    .filter(({ offsetHeight }) => offsetHeight > 0)
    .flatMap(({ parentElement }) => (parentElement && parentElement.scrollTop > 0 ? [parentElement] : []));
  const distances = boxes.map(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop);
  return Math.max(0, Math.min(...distances));
}

/** Keeps the space as high as the messages, which are the first child of its host. */
export class ToastSpace implements ReactiveController {
  private readonly host: ReactiveControllerHost & HTMLElement;
  private resizing: ResizeObserver | undefined;
  private height = 0;
  private covered = 0;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.host = host;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("scroll", this.settle, { capture: true, passive: true });
  }

  hostUpdated(): void {
    const messages = this.host.firstElementChild;
    if (this.resizing || !messages) return;
    this.resizing = new ResizeObserver(() => this.measure(messages));
    this.resizing.observe(messages);
  }

  hostDisconnected(): void {
    document.removeEventListener("scroll", this.settle, { capture: true });
    this.resizing?.disconnect();
    this.resizing = undefined;
    this.setHeight(0);
  }

  /** The distance above the messages is the same as below them. */
  private measure(messages: Element): void {
    const { top, bottom, height } = messages.getBoundingClientRect();
    this.covered = height > 0 ? innerHeight - top + (innerHeight - bottom) : 0;
    this.settle();
  }

  private readonly settle = () => {
    if (this.height !== this.covered) this.setHeight(Math.max(this.covered, this.height - distanceFromEnds()));
  };

  private setHeight(height: number): void {
    this.height = height;
    document.documentElement.style.setProperty(PROPERTY, `${height}px`);
  }
}
