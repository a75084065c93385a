import { html, nothing } from "lit";
import { badge, statusDot } from "../../components/badge";
import type { Stage } from "../../host/types/Stage";
import { strings } from "../../strings";
import { shouldShowStage } from "./stage";

export const stageBadge = (environment: { name: string; stage: Stage }) =>
  shouldShowStage(environment)
    ? badge(environment.stage === "production" ? "bad" : "", strings.environment.stages[environment.stage])
    : nothing;

/** Shows the address of a running gateway and links to its tab. */
export const gatewayBadge = (address: string, href: string) =>
  html`<a class="chip ok gateway-chip" href=${href}>${statusDot(true)}${strings.environment.gatewayOn(address)}</a>`;
