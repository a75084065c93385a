import type { KeyInput } from "../host/types/KeyInput";

/** Returns a key with the default expiry and without notes. */
export const plainKey = (name: string, write: boolean): KeyInput => ({
  name,
  write,
  expiry: { kind: "default" },
  owner: "",
  note: "",
  tags: [],
});
