/**
 * The only element that shows a plain key: a read-only text box in which a click selects all of it, drag and
 * Shift+arrows select parts, and nothing can be dragged out.
 */
import { html, nothing } from "lit";
import { extended, selectedShare } from "../state/selection.js";
import { LightElement } from "./light-element.js";

class GeneratedKey extends LightElement {
  static properties = { prompt: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../types/Prompt").Prompt | null} */
    this.prompt = null;
  }

  get box() {
    return this.find("[role=textbox]");
  }

  selectAll() {
    const { box } = this;
    if (box) getSelection()?.selectAllChildren(box);
  }

  /**
   * How much of the key is selected; text outside it is ignored.
   *
   * @returns {"whole" | "part" | "none"}
   */
  get share() {
    const { box } = this;
    const selection = getSelection();
    if (!box || !selection || selection.rangeCount === 0) return "none";
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(box)) return "none";
    const within = document.createRange();
    within.selectNodeContents(box);
    if (range.compareBoundaryPoints(Range.START_TO_START, within) > 0) {
      within.setStart(range.startContainer, range.startOffset);
    }
    if (range.compareBoundaryPoints(Range.END_TO_END, within) < 0) within.setEnd(range.endContainer, range.endOffset);
    return selectedShare(within.toString(), this.prompt?.key ?? "");
  }

  /** @param {PointerEvent} event */
  pressed(event) {
    // A press on selected text would start a drag; this starts a new selection instead.
    if (event.button === 0 && !event.shiftKey) getSelection()?.removeAllRanges();
  }

  clicked() {
    // A drag leaves a selection; a click does not, and selects all.
    if (getSelection()?.isCollapsed ?? true) this.selectAll();
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "a") {
      event.preventDefault();
      this.selectAll();
    } else if (event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const length = this.prompt?.key?.length ?? 0;
      const next = extended(this.offsets, event.key, length);
      if (!next) return;
      event.preventDefault();
      const anchor = this.pointAt(next.anchor);
      const focus = this.pointAt(next.focus);
      getSelection()?.setBaseAndExtent(anchor.node, anchor.offset, focus.node, focus.offset);
    }
  }

  /** The selection as offsets in the key; 0 if the selection is elsewhere. */
  get offsets() {
    const { box } = this;
    const selection = getSelection();
    if (!box || !selection?.anchorNode || !selection.focusNode) return { anchor: 0, focus: 0 };
    if (!box.contains(selection.anchorNode) || !box.contains(selection.focusNode)) return { anchor: 0, focus: 0 };
    return {
      anchor: textBefore(box, selection.anchorNode, selection.anchorOffset),
      focus: textBefore(box, selection.focusNode, selection.focusOffset),
    };
  }

  /**
   * @param {number} offset in characters of the key
   * @returns {{node: Node, offset: number}}
   */
  pointAt(offset) {
    const { box } = this;
    if (!box) return { node: this, offset: 0 };
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    let left = offset;
    /** @type {Node} */
    let last = box;
    while (texts.nextNode()) {
      last = texts.currentNode;
      const { length } = /** @type {Text} */ (last);
      if (left <= length) return { node: last, offset: left };
      left -= length;
    }
    return { node: last, offset: last.textContent?.length ?? 0 };
  }

  render() {
    const { key, prefix, keyId } = this.prompt ?? {};
    if (!key) return nothing;
    const head = `${prefix}_`;
    const rest = key.slice(head.length + (keyId?.length ?? 0));
    // No white space between the parts: the text of the box is exactly the key.
    return html`<div
      class="generated-key"
      role="textbox"
      aria-readonly="true"
      aria-multiline="true"
      aria-labelledby="generated-key-label"
      tabindex="0"
      spellcheck="false"
      @pointerdown=${this.pressed}
      @click=${this.clicked}
      @keydown=${this.keyed}
      @dragstart=${(/** @type {DragEvent} */ event) => event.preventDefault()}
    >${head}<b>${keyId}</b>${rest}</div>`;
  }
}

/**
 * @param {Node} box
 * @param {Node} node
 * @param {number} offset
 */
function textBefore(box, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(box);
  range.setEnd(node, offset);
  return range.toString().length;
}

customElements.define("generated-key", GeneratedKey);

/** @typedef {GeneratedKey} GeneratedKeyElement */
