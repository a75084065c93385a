/** The start of the window, up to the first screen and the subscription to events. */
import { startApp } from "./commands/app";
import type { Store } from "./lib/store";
import type { Stores } from "./stores";

/** A hidden window paints no frames. */
const MAX_PAINT_DELAY_MS = 1000;

/** Starts the session. `data-ready` tells tests that the first screen, which may be an error, is painted. */
export async function startWindow(stores: Stores): Promise<void> {
  const { session, navigation, projects, environments, keys, gateways, activity } = stores;
  void startApp(stores);
  await until(
    [session, navigation, projects, environments, keys, gateways, activity],
    () => session.failure !== null || (session.start !== null && navigation.isLoaded),
  );
  await painted();
  // Rust takes the subscription as the signal that the first screen was painted.
  const subscribed = until([session], () => session.start !== null).then(() => session.subscribe());
  if (session.start) await subscribed;
  document.documentElement.dataset.ready = "true";
}

/** Resolves when the condition holds; it is checked after each change of the stores. */
export function until(stores: Store[], condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const listening = new AbortController();
    const check = () => {
      if (!condition()) return;
      listening.abort();
      resolve();
    };
    for (const store of stores) store.addEventListener("change", check, { signal: listening.signal });
    check();
  });
}

function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    setTimeout(resolve, MAX_PAINT_DELAY_MS);
  });
}
