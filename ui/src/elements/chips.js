/** Small labels: stage, permissions, state. */
import { html, nothing } from "lit";
import { KEY_STATE_TONES, showsStage } from "../state/stages.js";
import { strings } from "../strings.js";

/** @param {{name: string, stage: import("../types/Stage").Stage}} environment */
export const stageChip = (environment) =>
  showsStage(environment)
    ? html`<span class="chip ${environment.stage === "production" ? "bad" : ""}">${strings.environment.stages[environment.stage]}</span>`
    : nothing;

/** @param {readonly import("../types/Permission").Permission[]} permissions */
export const permissionChips = (permissions) =>
  html`<span class="chip">${strings.general.read}</span>${permissions.includes("write")
      ? html` <span class="chip accent">${strings.general.write}</span>`
      : nothing}`;

/** @param {import("../types/KeyState").KeyState} state */
export const stateChip = (state) => html`<span class="chip ${KEY_STATE_TONES[state]}">${strings.keys.states[state]}</span>`;

/**
 * Shows the address of a running gateway and links to its tab.
 *
 * @param {string} address
 * @param {string} place
 */
export const gatewayChip = (address, place) =>
  html`<a class="chip ok gateway-chip" href=${place}><span class="dot" aria-hidden="true"></span>${strings.environment.gatewayOn(address)}</a>`;

/** @param {boolean} active */
export const dot = (active) => html`<span class="dot ${active ? "" : "off"}" aria-hidden="true"></span>`;
