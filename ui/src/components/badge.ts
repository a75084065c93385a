/** Small labels. */
import { html } from "lit";

export type BadgeTone = "" | "ok" | "warn" | "bad" | "accent";

export const badge = (tone: BadgeTone, content: unknown) => html`<span class="chip ${tone}">${content}</span>`;

export const statusDot = (isOn: boolean) => html`<span class="dot ${isOn ? "" : "off"}" aria-hidden="true"></span>`;
