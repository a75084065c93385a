/**
 * Restores the focus if the focused element was removed: to the nearest row, or to the page's heading.
 *
 * @param {ParentNode} root
 * @param {string[]} rows ids of keys, the nearest first
 */
export function keepFocus(root, rows) {
  if (document.activeElement !== document.body) return;
  const row = rows.map((id) => root.querySelector(`tr[data-key="${CSS.escape(id)}"]`)).find((found) => found);
  const target = /** @type {HTMLElement | null} */ (row ?? root.querySelector("main h1"));
  target?.focus({ preventScroll: true });
}
