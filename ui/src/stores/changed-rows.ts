/** Which rows may have changed since they were read. `null` stands for all. */
import type { ChangedRows } from "../host/types/ChangedRows";

/** Returns whether a row is among those with these ids. */
export const includes = (ids: readonly string[] | undefined, id: string): boolean => ids?.includes(id) ?? true;

/** Returns the rows of both changes. */
export function mergeChanges(first: ChangedRows | null, second: ChangedRows | null): ChangedRows | null {
  if (!first || !second) return null;
  const union = (field: keyof ChangedRows): string[] => [...new Set([...first[field], ...second[field]])];
  return {
    projectIds: union("projectIds"),
    environmentIds: union("environmentIds"),
    keyEnvironmentIds: union("keyEnvironmentIds"),
    keyIds: union("keyIds"),
  };
}
