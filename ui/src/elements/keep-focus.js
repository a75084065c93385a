/**
 * Gives the focus back when what had it has left the document: to the nearest row, or to the page's heading, which is
 * never gone. Nothing moves when the focus is somewhere.
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
