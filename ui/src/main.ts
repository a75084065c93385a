/** Chooses the host, creates the stores, and mounts the window. */
import { KeystileApp } from "./app";
import type { Host } from "./host/host";
import { tauriHost } from "./host/tauri";
import { parseRoute } from "./routes";
import { startWindow } from "./startup";
import { applyTheme, lastPlace, lastProject, rememberedTheme } from "./startup-hints";
import { Stores } from "./stores";
import { address, connectWindow } from "./window-events";

const loadLater = () => import("./features/later");

const isDemo = () => new URLSearchParams(location.search).get("host") === "demo";

async function chooseHost(): Promise<Host> {
  if (import.meta.env.MODE !== "production" && isDemo()) return (await import("../demo/host")).demoHost;
  return tauriHost;
}

applyTheme(rememberedTheme());
const stores = new Stores(await chooseHost(), address);
stores.navigation.projectId = lastProject();
const lastRoute = parseRoute(lastPlace());
if (lastRoute.page !== "start") stores.navigation.lastRoute = lastRoute;
connectWindow(stores);
document.body.replaceChildren(new KeystileApp(stores)); // replaces the placeholder of index.html
const place = stores.navigation.lastRoute ?? stores.navigation.route;
if (place.page === "settings" || (place.page === "environment" && place.tab !== "keys")) void loadLater();
await startWindow(stores);
await loadLater();
