/** Small labels: stage, permissions, state. */
import { html, nothing } from "lit";
import { STATES, showsStage, stageLabel } from "../state/stages.js";

/** @param {{name: string, stage: import("../types/Stage").Stage}} environment */
export const stageChip = (environment) =>
  showsStage(environment)
    ? html`<span class="chip ${environment.stage === "production" ? "bad" : ""}">${stageLabel(environment.stage)}</span>`
    : nothing;

/** @param {readonly import("../types/Permission").Permission[]} permissions */
export const permissionChips = (permissions) =>
  html`<span class="chip">Read</span>${permissions.includes("write")
      ? html` <span class="chip accent">Write</span>`
      : nothing}`;

/** @param {import("../types/KeyState").KeyState} state */
export const stateChip = (state) => html`<span class="chip ${STATES[state].tone}">${STATES[state].label}</span>`;

/** @param {boolean} active */
export const dot = (active) => html`<span class="dot ${active ? "" : "off"}" aria-hidden="true"></span>`;
