/**
 * All sentences of the window, in English: one file per place, one group per part of it. A word in braces is replaced by
 * markup that the element inserts (`components/rich-text.ts`).
 */
import { commands } from "./commands";
import { deletion, environment, environmentDialog, environments } from "./environments";
import { gateway, httpService } from "./gateway";
import { general } from "./general";
import { keychainRemoval, keys, newKey, revocation } from "./keys";
import { firstRun } from "./onboarding";
import { overview } from "./overview";
import { palette } from "./palette";
import { playground } from "./playground";
import { projectDialog } from "./projects";
import { keyTest, prompt, promptOfRotation } from "./prompt";
import { decisions } from "./requests";
import { licenses, settings } from "./settings";
import { app, notices, quit, shortcuts, sidebar } from "./shell";
import { toasts } from "./toasts";

export const strings = {
  general,
  app,
  toasts,
  sidebar,
  commands,
  palette,
  firstRun,
  notices,
  environments,
  environment,
  environmentDialog,
  projectDialog,
  deletion,
  overview,
  keys,
  newKey,
  prompt,
  promptOfRotation,
  keyTest,
  revocation,
  keychainRemoval,
  quit,
  gateway,
  decisions,
  httpService,
  playground,
  settings,
  licenses,
  shortcuts,
};
