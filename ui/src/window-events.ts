/** Connects the window's events and its storage to the stores. */
import { zoom, zoomStepFor } from "./commands/zoom";
import { connectShortcuts } from "./features/shell/shortcuts";
import { limitNativeMenus } from "./lib/context-menu";
import { parseRoute, routeHref } from "./routes";
import { applyTheme, rememberPlace, rememberProject } from "./startup-hints";
import type { Stores } from "./stores";
import type { Address } from "./stores/navigation";

export const address: Address = {
  read: () => location.hash,
  push: (fragment) => (location.hash = fragment),
  replace: (fragment) => history.replaceState(null, "", fragment),
};

export function connectWindow(stores: Stores): void {
  addEventListener("hashchange", () => onAddressChange(stores));
  addEventListener("keydown", (event) => onKeyDown(stores, event));
  connectShortcuts(stores);
  limitNativeMenus();
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
  const step = zoomStepFor(event);
  if (!step) return;
  event.preventDefault();
  if (stores.session.start) zoom(stores, step);
}

function remember({ session, navigation }: Stores): void {
  if (!session.start) return;
  applyTheme(session.settings.theme);
  if (navigation.project) rememberProject(navigation.project.id);
  if (navigation.route.page !== "start") rememberPlace(routeHref(navigation.route));
}
