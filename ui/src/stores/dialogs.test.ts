import { expect, test } from "vitest";
import { Dialogs } from "./dialogs";
import { settled } from "./test-fixtures";

test("open resolves when the dialog is closed", async () => {
  const dialogs = new Dialogs();
  let isClosed = false;
  const closed = dialogs.open({ kind: "shortcuts" }).then(() => (isClosed = true));
  await settled();
  expect(isClosed).toBe(false);
  dialogs.close(dialogs.current?.id ?? 0);
  await closed;
  expect([isClosed, dialogs.current]).toEqual([true, null]);
});

test("dialog opened again has another id", () => {
  const dialogs = new Dialogs();
  void dialogs.open({ kind: "shortcuts" });
  const first = dialogs.current?.id;
  void dialogs.open({ kind: "shortcuts" });
  expect(dialogs.current?.id).not.toBe(first);
});

test("dialog that was replaced is closed and cannot close its successor", async () => {
  const dialogs = new Dialogs();
  const replaced = dialogs.open({ kind: "new-project" });
  const { id } = dialogs.current ?? { id: 0 };
  void dialogs.open({ kind: "shortcuts" });
  await replaced;
  dialogs.close(id);
  expect(dialogs.current?.dialog.kind).toBe("shortcuts");
});

test("quit confirmation keeps the dialog below it", () => {
  const dialogs = new Dialogs();
  void dialogs.open({ kind: "shortcuts" });
  dialogs.confirmQuit({ clearsClipboard: true, gateways: [], httpService: null });
  expect(dialogs.isConfirmingQuit).toBe(true);
  dialogs.cancelQuit();
  expect([dialogs.isConfirmingQuit, dialogs.current?.dialog.kind]).toEqual([false, "shortcuts"]);
});
