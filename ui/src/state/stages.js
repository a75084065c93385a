/** The stages, when a stage chip is shown, and the colors of key states. */

/** @typedef {import("../types/Stage").Stage} Stage */

/** @type {Stage[]} */
export const STAGES = ["development", "staging", "production"];

/**
 * Whether the stage chip is shown: unless the name is the stage, and always for production.
 *
 * @param {{name: string, stage: Stage}} environment
 */
export function showsStage({ name, stage }) {
  return stage === "production" || name.trim().toLocaleLowerCase() !== stage;
}

/** @type {Record<import("../types/KeyState").KeyState, "" | "ok" | "warn" | "bad">} */
export const KEY_STATE_TONES = {
  pending: "warn",
  active: "ok",
  disabled: "warn",
  revoked: "bad",
  expired: "",
  unclaimed: "",
  discarded: "",
};
