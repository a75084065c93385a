/**
 * The tooltip of the window. It shows the text of `data-tooltip` while its element is hovered or focused by keyboard;
 * an empty `data-tooltip` shows the text of its element if that is cut off. Esc, scrolling, and navigation hide it.
 */
import { html } from "lit";
import { customElement, state } from "lit/decorators.js";
import { AppElement } from "../app-element";

const DELAY_MS = 400;
/** How long after a tooltip the next one is shown without a delay, and how long the pointer may leave it. */
const GRACE_MS = 150;
const GAP = 6;
const MARGIN = 8;

@customElement("tool-tip")
export class ToolTip extends AppElement {
  @state() private text = "";

  private target: HTMLElement | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hiddenAt = -GRACE_MS;
  private readonly listening = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    const { signal } = this.listening;
    const on = <K extends keyof DocumentEventMap>(type: K, listener: (event: DocumentEventMap[K]) => void) =>
      document.addEventListener(type, listener, { signal, capture: true, passive: true });
    on("pointerover", (event) => this.onPointerOver(event));
    on("focusin", (event) => this.onFocus(event));
    on("focusout", () => this.hide());
    on("pointerdown", () => this.hide());
    on("scroll", () => this.hide());
    on("keydown", (event) => event.key === "Escape" && this.hide());
    document.documentElement.addEventListener("pointerleave", () => this.hide(), { signal });
    addEventListener("hashchange", () => this.hide(), { signal }); // its element may be gone
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.listening.abort();
    clearTimeout(this.timer);
  }

  private get box(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".tooltip");
  }

  private onPointerOver({ target, pointerType }: PointerEvent): void {
    if (!(target instanceof Element) || pointerType === "touch" || this.contains(target)) return this.stay();
    const element = target.closest<HTMLElement>("[data-tooltip]");
    if (element === this.target) return this.stay();
    if (element && tooltipText(element)) this.schedule(element);
    else if (this.target) this.restart(GRACE_MS, () => this.hide());
  }

  /** Shows the tooltip of the focused element, or of the first text in it that is cut off. */
  private onFocus({ target }: FocusEvent): void {
    if (!(target instanceof HTMLElement) || !target.matches(":focus-visible")) return;
    const own = target.closest<HTMLElement>("[data-tooltip]");
    const inside = [...target.querySelectorAll<HTMLElement>("[data-tooltip='']")].find((text) => tooltipText(text));
    const element = own && tooltipText(own) ? own : inside;
    if (element) this.schedule(element);
  }

  private restart(delay: number, run: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(run, delay);
  }

  /** The pointer is on the tooltip or its element again. */
  private stay(): void {
    if (this.target) clearTimeout(this.timer);
  }

  private schedule(element: HTMLElement): void {
    const isNext = this.target !== null || performance.now() - this.hiddenAt < GRACE_MS;
    this.restart(isNext ? 0 : DELAY_MS, () => void this.show(element));
  }

  private async show(element: HTMLElement): Promise<void> {
    const text = element.isConnected ? tooltipText(element) : "";
    if (!text) return;
    this.hide();
    this.target = element;
    this.text = text;
    const isRead = element.dataset.tooltip === "" || element.ariaLabel === text;
    if (!isRead && !element.hasAttribute("aria-describedby")) element.setAttribute("aria-describedby", "tooltip");
    await this.updateComplete;
    const { box } = this;
    if (!box || this.target !== element) return;
    box.showPopover();
    place(box, element.getBoundingClientRect());
  }

  private hide(): void {
    clearTimeout(this.timer);
    const { target, box } = this;
    if (!target) return;
    if (target.getAttribute("aria-describedby") === "tooltip") target.removeAttribute("aria-describedby");
    if (box?.matches(":popover-open")) box.hidePopover();
    this.target = null;
    this.text = "";
    this.hiddenAt = performance.now();
  }

  protected override render() {
    return html`<div class="tooltip" id="tooltip" role="tooltip" popover="manual">${this.text}</div>`;
  }
}

/** Returns the text to show, or nothing. */
function tooltipText(element: HTMLElement): string {
  const { tooltip } = element.dataset;
  if (tooltip) return tooltip;
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
  const isCutOff = scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;
  return isCutOff ? (element.textContent?.trim() ?? "") : "";
}

/** Above the element, or below it where there is no space. */
function place(box: HTMLElement, anchor: DOMRect): void {
  const { width, height } = box.getBoundingClientRect();
  const fitsAbove = anchor.top - GAP - height >= MARGIN;
  const left = Math.max(MARGIN, Math.min(anchor.left, innerWidth - width - MARGIN));
  box.style.left = `${left}px`;
  box.style.top = `${fitsAbove ? anchor.top - GAP - height : anchor.bottom + GAP}px`;
}
