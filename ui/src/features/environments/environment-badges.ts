import { nothing } from "lit";
import { badge } from "../../components/badge";
import type { Stage } from "../../host/types/Stage";
import { strings } from "../../strings";
import { shouldShowStage } from "./stage";

export const stageBadge = (environment: { name: string; stage: Stage }) =>
  shouldShowStage(environment)
    ? badge(environment.stage === "production" ? "bad" : "", strings.environment.stages[environment.stage])
    : nothing;
