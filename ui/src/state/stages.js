/**
 * The words for stages, permissions and states, and the rule for the stage chip.
 */

/** @typedef {import("../types/Stage").Stage} Stage */

/** @type {{stage: Stage, label: string}[]} */
export const STAGES = [
  { stage: "development", label: "Development" },
  { stage: "staging", label: "Staging" },
  { stage: "production", label: "Production" },
];

/** @param {Stage} stage */
export const stageLabel = (stage) => STAGES.find((known) => known.stage === stage)?.label ?? stage;

/**
 * The chip is shown only when it says something the name does not say, and always for production.
 *
 * @param {{name: string, stage: Stage}} environment
 */
export function showsStage({ name, stage }) {
  return stage === "production" || name.trim().toLocaleLowerCase() !== stage;
}

/** @type {Record<import("../types/KeyState").KeyState, {label: string, tone: "" | "ok" | "warn" | "bad"}>} */
export const STATES = {
  pending: { label: "Not copied yet", tone: "warn" },
  active: { label: "Active", tone: "ok" },
  disabled: { label: "Disabled", tone: "warn" },
  revoked: { label: "Revoked", tone: "bad" },
  expired: { label: "Expired", tone: "" },
  unclaimed: { label: "Never copied", tone: "" },
  discarded: { label: "Discarded", tone: "" },
};

/** @param {number} count */
export const liveKeys = (count) => (count === 0 ? "no live keys" : count === 1 ? "1 live key" : `${count} live keys`);
