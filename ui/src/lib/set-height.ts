import { noChange } from "lit";
import { Directive, directive, type ElementPart } from "lit/directive.js";

/**
 * Sets the height of an element in pixels. The content security policy forbids `style` attributes, which `styleMap`
 * writes when it renders first.
 */
class SetHeight extends Directive {
  private height = -1;

  override render(_height: number): unknown {
    return noChange;
  }

  override update(part: ElementPart, [height]: [number]): unknown {
    if (height !== this.height) (part.element as HTMLElement).style.height = `${height}px`;
    this.height = height;
    return noChange;
  }
}

export const setHeight = directive(SetHeight);
