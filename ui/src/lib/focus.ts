/**
 * Restores the focus after the focused element was removed: to the first of the given keys that has a row, or to the
 * heading of the page.
 */
export function restoreFocus(root: ParentNode, keyIds: string[] = []): void {
  if (document.activeElement !== document.body) return;
  const rows = keyIds.map((id) => root.querySelector<HTMLElement>(`tr[data-key="${CSS.escape(id)}"]`));
  const target = rows.find((row) => row !== null) ?? root.querySelector<HTMLElement>("main h1");
  target?.focus({ preventScroll: true });
}
