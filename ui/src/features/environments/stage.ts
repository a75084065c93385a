import type { Stage } from "../../host/types/Stage";

export const STAGES: readonly Stage[] = ["development", "staging", "production"];

/** Whether the stage is shown beside the name: unless the name is the stage, and always for production. */
export function shouldShowStage({ name, stage }: { name: string; stage: Stage }): boolean {
  return stage === "production" || name.trim().toLowerCase() !== stage;
}
