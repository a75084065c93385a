/** The states of a key: their colors, and whether requests can still be allowed. */
import type { Key } from "../../host/types/Key";
import type { KeyState } from "../../host/types/KeyState";

export const KEY_STATE_TONES: Readonly<Record<KeyState, "" | "ok" | "warn" | "bad">> = {
  pending: "warn",
  active: "ok",
  disabled: "warn",
  revoked: "bad",
  expired: "",
  unclaimed: "",
  discarded: "",
};

/** Returns whether a key works now or can be enabled. */
export const isUsable = ({ state }: Pick<Key, "state">): boolean => state === "active" || state === "disabled";
