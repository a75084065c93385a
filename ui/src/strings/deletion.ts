/** The dialogs that delete projects and environments. They are loaded later, so they are not in `index.ts`. */
import { plural } from "./plural";

export const deletion = {
  title: (name: string) => `Delete ${name}?`,
  environment: "This deletes the environment, its keys, and its gateway. {keys} You can't undo this.",
  project: "This deletes the project and all of its environments, keys, and gateways. {keys} You can't undo this.",
  noActiveKeys: "No active keys are affected.",
  activeKeys: (count: number) =>
    plural(count, "# active key stops working immediately.", "# active keys stop working immediately."),
  deleteEnvironment: "Delete environment",
  deleteProject: "Delete project",
};
