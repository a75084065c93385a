/**
 * The only element that shows a plain key: a read-only text box in which a click selects all of it, drag and
 * Shift+arrows select parts, and nothing can be dragged out. Its menu emits `copy-requested`.
 */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../../app-element";
import "../../../components/action-menu";
import type { ActionMenu } from "../../../components/action-menu";
import type { Prompt } from "../../../host/types/Prompt";
import { takeContextMenu } from "../../../lib/context-menu";
import { strings } from "../../../strings";
import { extendSelection, selectionCoverage, type Coverage, type Offsets } from "./selection";

@customElement("generated-key")
export class GeneratedKey extends AppElement {
  @property({ attribute: false }) prompt: Prompt | null = null;

  /** Forgets the key: a removed element may exist until the next garbage collection. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const text of this.textNodes()) text.data = "";
    this.prompt = null;
  }

  get textbox(): HTMLElement | null {
    return this.querySelector<HTMLElement>("[role=textbox]");
  }

  selectAll(): void {
    const { textbox } = this;
    if (textbox) getSelection()?.selectAllChildren(textbox);
  }

  /** How much of the key is selected; text outside it is ignored. */
  get coverage(): Coverage {
    const { textbox } = this;
    const selection = getSelection();
    if (!textbox || !selection || selection.rangeCount === 0) return "none";
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(textbox)) return "none";
    const within = document.createRange();
    within.selectNodeContents(textbox);
    if (range.compareBoundaryPoints(Range.START_TO_START, within) > 0) {
      within.setStart(range.startContainer, range.startOffset);
    }
    if (range.compareBoundaryPoints(Range.END_TO_END, within) < 0) within.setEnd(range.endContainer, range.endOffset);
    return selectionCoverage(within.toString(), this.prompt?.key ?? "");
  }

  private onPointerDown(event: PointerEvent): void {
    // A press on selected text would start a drag; this starts a new selection instead.
    if (event.button === 0 && !event.shiftKey) getSelection()?.removeAllRanges();
  }

  private onClick(): void {
    // A drag leaves a selection; a click does not, and selects all.
    if (getSelection()?.isCollapsed ?? true) this.selectAll();
  }

  /** The menu of the web engine would offer to search the web for the key. */
  private onContextMenu(event: MouseEvent): void {
    const box = event.currentTarget as HTMLElement;
    const point = takeContextMenu(event, box);
    if (!point) return;
    const items = [{ label: strings.general.copy, run: () => this.emit("copy-requested") }];
    const menu = this.querySelector<ActionMenu>("action-menu");
    void menu?.toggleAt(point.x, point.y, strings.prompt.keyLabel, items, box);
  }

  private onKeyDown(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "a") {
      event.preventDefault();
      this.selectAll();
    } else if (event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const next = extendSelection(this.selectedOffsets, event.key, this.prompt?.key?.length ?? 0);
      if (!next) return;
      event.preventDefault();
      const anchor = this.positionAt(next.anchor);
      const focus = this.positionAt(next.focus);
      getSelection()?.setBaseAndExtent(anchor.node, anchor.offset, focus.node, focus.offset);
    }
  }

  /** The selection as offsets in the key; 0 if the selection is elsewhere. */
  private get selectedOffsets(): Offsets {
    const { textbox } = this;
    const selection = getSelection();
    if (!textbox || !selection) return { anchor: 0, focus: 0 };
    const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
    if (!textbox.contains(anchorNode) || !textbox.contains(focusNode)) return { anchor: 0, focus: 0 };
    if (!anchorNode || !focusNode) return { anchor: 0, focus: 0 };
    return {
      anchor: offsetOf(textbox, anchorNode, anchorOffset),
      focus: offsetOf(textbox, focusNode, focusOffset),
    };
  }

  /** Returns the DOM position of an offset in the key. */
  private positionAt(offset: number): { node: Node; offset: number } {
    let remaining = offset;
    let last: Text | null = null;
    for (const text of this.textNodes()) {
      last = text;
      if (remaining <= text.length) return { node: text, offset: remaining };
      remaining -= text.length;
    }
    return last ? { node: last, offset: last.length } : { node: this, offset: 0 };
  }

  private *textNodes(): Generator<Text> {
    const walker = document.createTreeWalker(this.textbox ?? this, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) yield walker.currentNode as Text;
  }

  protected override render() {
    const { prompt } = this;
    if (!prompt?.key) return nothing;
    const { key, prefix, keyId } = prompt;
    const head = `${prefix}_`;
    const rest = key.slice(head.length + keyId.length);
    // No white space between the parts: the text of the box is exactly the key.
    return html`<div
      class="generated-key"
      role="textbox"
      aria-readonly="true"
      aria-multiline="true"
      aria-labelledby="generated-key-label"
      tabindex="0"
      spellcheck="false"
      translate="no"
      writingsuggestions="false"
      @pointerdown=${this.onPointerDown}
      @click=${this.onClick}
      @keydown=${this.onKeyDown}
      @contextmenu=${this.onContextMenu}
      @dragstart=${(event: DragEvent) => event.preventDefault()}
      >${head}<b>${keyId}</b>${rest}</div
      ><action-menu></action-menu>`;
  }
}

function offsetOf(root: Node, node: Node, offset: number): number {
  const range = document.createRange();
  range.selectNodeContents(root);
  range.setEnd(node, offset);
  return range.toString().length;
}
