/** What the user can do with the window itself. */
import type { Stores } from "../stores";

/** Reads the data of the first screen. Called again by Try again. */
export async function startApp(stores: Stores): Promise<void> {
  const { session, navigation } = stores;
  await session.begin();
  if (session.start) await navigation.show(navigation.route);
}

export const showShortcuts = (stores: Stores): Promise<void> => stores.dialogs.open({ kind: "shortcuts" });

export const quit = (stores: Stores): Promise<void> => stores.session.requestQuit();
