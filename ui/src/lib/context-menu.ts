/**
 * Which presses of the right button, or of the menu key, open the menu of the web engine: those in text fields and on
 * selected text. Elsewhere it offers to go back, to reload and to open links in new windows.
 */

const TEXT_FIELD = "input:not([type=checkbox], [type=radio], [type=button]), textarea, [contenteditable]";

/** Whether the last press was on selected text. macOS selects the word under the pointer after that. */
let pressedSelection = false;

/** Suppresses the menu of the web engine except in text fields and on selected text. */
export function limitNativeMenus(): void {
  const onPress = (event: PointerEvent) => (pressedSelection = isOnSelection(event));
  addEventListener("pointerdown", onPress, true);
  addEventListener("contextmenu", (event) => {
    if (!keepsNativeMenu(event)) event.preventDefault();
  });
}

/**
 * Suppresses the menu of the web engine in favor of another one, which opens at the returned point. Null: the menu of
 * the web engine opens.
 */
export function takeContextMenu(event: MouseEvent, anchor: HTMLElement): { x: number; y: number } | null {
  if (event.defaultPrevented || keepsNativeMenu(event)) return null;
  event.preventDefault();
  // The menu key has no pointer.
  if (event.button === 2 || event.ctrlKey) return { x: event.clientX, y: event.clientY };
  const { left, bottom } = anchor.getBoundingClientRect();
  return { x: left, y: bottom };
}

function keepsNativeMenu(event: MouseEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(TEXT_FIELD)) return true;
  if (target?.closest("a, button, [role=textbox]")) return false;
  return isOnSelection(event) && (event.button !== 2 || pressedSelection);
}

function isOnSelection({ clientX, clientY }: MouseEvent): boolean {
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return false;
  return [...selection.getRangeAt(0).getClientRects()].some(
    ({ left, right, top, bottom }) => left <= clientX && clientX <= right && top <= clientY && clientY <= bottom,
  );
}
