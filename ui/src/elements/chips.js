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

/**
 * Says where a gateway runs and leads to its tab.
 *
 * @param {string} address
 * @param {string} place
 */
export const gatewayChip = (address, place) =>
  html`<a class="chip ok gateway-chip" href=${place}><span class="dot" aria-hidden="true"></span>Gateway on ${address}</a>`;

/** @param {boolean} active */
export const dot = (active) => html`<span class="dot ${active ? "" : "off"}" aria-hidden="true"></span>`;
