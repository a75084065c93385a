import type { Key } from "../host/types/Key";

/** Returns whether a key works now or can be enabled. */
export const isUsable = ({ state }: Pick<Key, "state">): boolean => state === "active" || state === "disabled";
