/**
 * Returns the new rows, but each unchanged one as the object it was before, and the whole list if nothing changed.
 * Lists are read again often; elements compare rows by identity to skip those that need no update.
 */
export function keepIdentity<Row extends { id: string }>(before: Row[] | undefined, rows: Row[]): Row[] {
  if (!before) return rows;
  const known = new Map(before.map((row) => [row.id, row]));
  const kept = rows.map((row) => {
    const old = known.get(row.id);
    return old && JSON.stringify(old) === JSON.stringify(row) ? old : row;
  });
  const isUnchanged = kept.length === before.length && kept.every((row, index) => row === before[index]);
  return isUnchanged ? before : kept;
}
