/**
 * All sentences of the window, in English: one file per place, one group per part of it. A word in braces is replaced by
 * markup that the element inserts (`components/rich-text.ts`).
 */
import { commands } from "./commands";
import { environment, environmentDialog, environments } from "./environments";
import { gateway, httpService } from "./gateway";
import { general } from "./general";
import { keys } from "./keys";
import { firstRun } from "./onboarding";
import { overview } from "./overview";
import { keyTest, prompt, promptOfRotation } from "./prompt";
import { decisions } from "./requests";
import { app, notices, quit, sidebar } from "./shell";
import { toasts } from "./toasts";

export const strings = {
  general,
  app,
  toasts,
  sidebar,
  commands,
  firstRun,
  notices,
  environments,
  environment,
  environmentDialog,
  overview,
  keys,
  prompt,
  promptOfRotation,
  keyTest,
  quit,
  gateway,
  decisions,
  httpService,
};
