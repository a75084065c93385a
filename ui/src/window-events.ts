/** Connects the window's events and its storage to the stores. */
import { quit, showShortcuts } from "./commands/app";
import { parseRoute, routeHref } from "./routes";
import { shortcutFor } from "./shortcuts";
import { applyTheme, rememberProject } from "./startup-hints";
import type { Stores } from "./stores";
import type { Address } from "./stores/navigation";

const TEXT_ENTRY = "input:not([type=checkbox], [type=radio]), select, textarea, [role=textbox], [role=menu] *";

export const address: Address = {
  read: () => location.hash,
  push: (fragment) => (location.hash = fragment),
  replace: (fragment) => history.replaceState(null, "", fragment),
};

export function connectWindow(stores: Stores): void {
  addEventListener("hashchange", () => onAddressChange(stores));
  addEventListener("keydown", (event) => onKeyDown(stores, event));
  // By default the web view would navigate to a dropped file.
  for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
  const { session, navigation, projects } = stores;
  for (const store of [session, navigation, projects]) store.addEventListener("change", () => remember(stores));
}

function onAddressChange({ navigation, prompt }: Stores): void {
  const shown = routeHref(navigation.route);
  const route = parseRoute(address.read());
  // Back and Forward have no effect while the prompt is open: closing it navigates to its key.
  if (prompt.isOpen) address.replace(shown);
  else if (routeHref(route) !== shown) void navigation.show(route);
}

function onKeyDown(stores: Stores, event: KeyboardEvent): void {
  const isTyping = event.target instanceof Element && event.target.matches(TEXT_ENTRY);
  const shortcut = shortcutFor(event, { singleKeys: stores.session.settings.singleKeys, isTyping });
  if (shortcut === "quit") {
    event.preventDefault();
    void quit(stores);
  } else if (shortcut && !document.querySelector("dialog[open]")) {
    if (!runOnPage(stores, shortcut)) return;
    event.preventDefault();
  }
}

/** Returns whether the page has the shortcut. */
function runOnPage(stores: Stores, shortcut: "search" | "new" | "shortcuts"): boolean {
  if (shortcut === "shortcuts") {
    void showShortcuts(stores);
    return true;
  }
  const control = document.querySelector<HTMLElement>(`main [data-shortcut=${shortcut}]`);
  if (shortcut === "search") control?.focus();
  else control?.click();
  return control !== null;
}

function remember({ session, navigation }: Stores): void {
  if (!session.start) return;
  applyTheme(session.settings.theme);
  if (navigation.project) rememberProject(navigation.project.id);
}
