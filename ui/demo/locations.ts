/** The files and folders of the demo host, which has none. Scenario: `openfails`. */
import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import { scenarios, wait } from "./scenario";

export const openLocation: Host["openLocation"] = async ({ location }) => {
  await wait();
  if (scenarios.has("openfails")) {
    const advice = "Copy its path, then open it in another program.";
    throw new CommandError("not_opened", `Could not open ${location}.`, advice);
  }
  return null;
};

export const copyLocation: Host["copyLocation"] = async () => {
  await wait();
  return null;
};
