/** The frame of the window: its start, sidebar, notices, and quit dialog. */
import { formatCount } from "../lib/format/number";
import { plural } from "./plural";

export const app = {
  starting: "Starting",
  sidebar: "Sidebar",
  loadingEnvironments: "Loading environments",
  notFoundTitle: "Environment not found",
  notFound: { message: "This environment no longer exists.", advice: "It may have been deleted." },
  allEnvironments: (project: string) => `All environments in ${project}`,
  unknownFailure: { message: "Something went wrong.", advice: "Try again. If it keeps happening, restart Keystile." },
  startFailed: "Keystile couldn't start",
};

export const sidebar = {
  project: "Project",
  projects: "Projects",
  newProject: "New project",
  renameProject: "Rename project",
  deleteProject: "Delete project",
  mainNavigation: "Main",
  applicationNavigation: "Application",
  environments: "Environments",
  settings: "Settings",
  search: "Search",
  environmentsOf: (project: string) => `Environments of ${project}`,
  production: "Production",
  gatewayRunning: "Gateway running",
  noActiveKeys: "No active keys",
  clipboardClearsIn: "Clipboard clears in ",
  seconds: (count: number) => `${count} s`,
  clearNow: "Clear now",
  clear: "Clear",
  clearNowRest: " now",
  clipboardCleared: "Clipboard cleared.",
  cleared: "Cleared",
};

export const notices = {
  label: "Notices",
  neverCopied: "{name} ({path}) was never copied, so it was revoked.",
  neverClosed: "Keystile quit before you closed the dialog for {name} ({path}). If you didn't save the key, revoke it.",
  rotationNotCopied: "The rotation of {name} ({path}) was not copied, so nothing changed.",
  dismiss: (name: string) => `Dismiss the notice about ${name}`,
  gatewayOffer: "The {environment} gateway ({address}) was running when Keystile quit.",
  httpServiceOffer: "The HTTP service ({address}) was running when Keystile quit.",
  restart: "Restart",
  notNow: "Not now",
  more: (count: number) => `and ${formatCount(count)} more`,
};

export const quit = {
  title: (clearsClipboard: boolean, gateways: number, stopsService: boolean) => {
    const gatewayPart = gateways === 0 ? "" : plural(gateways, "the gateway", "# gateways");
    const stopped = [gatewayPart, stopsService ? "the HTTP service" : ""].filter(Boolean).join(" and ");
    if (!clearsClipboard) return `Stop ${stopped} and quit?`;
    return stopped === "" ? "Clear the clipboard and quit?" : `Clear the clipboard, stop ${stopped}, and quit?`;
  },
  clipboardAbout: "The clipboard holds an API key. Paste it first if you still need it.",
  serversAbout: "There were requests in the last minute. After you quit, clients can't connect to:",
  httpService: "HTTP service on {address}",
  gateway: "{path} on {address}",
  quit: "Quit",
  quitAnyway: "Quit anyway",
};
