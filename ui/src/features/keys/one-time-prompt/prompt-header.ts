/** The header of the one-time prompt: whose key it shows, and for a rotation how long the old secret works. */
import { html, nothing } from "lit";
import { badge, statusDot } from "../../../components/badge";
import { withNames } from "../../../components/user-name";
import type { Prompt } from "../../../host/types/Prompt";
import { strings } from "../../../strings";
import "./prompt-overlap";

export function promptHeader({ key, name, projectName, environmentName, activated, overlapSeconds }: Prompt) {
  const isRotation = typeof overlapSeconds === "number";
  return html`<header>
    <h2 id="prompt-title">${isRotation ? withNames(strings.promptOfRotation.title, name) : strings.prompt.title}</h2>
    <p class="muted small prompt-about">
      <span
        >${isRotation
          ? withNames(strings.general.environmentPath, projectName, environmentName)
          : withNames(strings.prompt.about, name, projectName, environmentName)}</span
      >
      <span class="prompt-activated"
        >${activated
          ? badge("ok", html`${statusDot(true)}${withNames(strings.prompt.activated, environmentName)}`)
          : nothing}</span
      >
    </p>
    ${isRotation && key !== null ? html`<prompt-overlap></prompt-overlap>` : nothing}
  </header>`;
}
