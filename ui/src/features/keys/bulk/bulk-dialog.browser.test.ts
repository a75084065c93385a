import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import "../../../dialog-host";
import { CommandError } from "../../../host/command-error";
import type { Host } from "../../../host/host";
import type { BulkPlan } from "../../../host/types/BulkPlan";
import type { BulkProgress } from "../../../host/types/BulkProgress";
import type { BulkResult } from "../../../host/types/BulkResult";
import type { Environment } from "../../../host/types/Environment";
import type { Stores } from "../../../stores";
import type { BulkVerb } from "../../../stores/dialogs";
import { deferred, environmentFixture, fakeStores, keyFixture, noticeFixture, readCommands, settled } from "../../../stores/test-fixtures";
import { expectAccessible } from "../../../testing/accessibility";
import { boxes, find, mount } from "../../../testing/mount";
import "./bulk-dialog";

const MINUTE = 60_000;
const KEYS = ["a", "b", "c", "d"].map((id) => keyFixture(id, { name: `key-${id}` }));

const planOf = (fields: Partial<BulkPlan> = {}): BulkPlan => ({
  id: "plan",
  selected: 4,
  changed: 4,
  unchanged: 0,
  unavailable: 0,
  recentlyUsed: [],
  recentlyUsedCount: 0,
  names: ["key-a", "key-b", "key-c", "key-d"],
  expiresAt: null,
  requiredName: null,
  canUndo: true,
  ...fields,
});

const USED: Partial<BulkPlan> = {
  recentlyUsed: ["ci-writer", "storefront"].map((name, index) => ({
    id: name,
    name,
    lastUsedAt: Date.now() - 3 * MINUTE * (index + 1) - 1000,
  })),
  recentlyUsedCount: 5,
};

const planning = (plan: Partial<BulkPlan> = {}) => vi.fn<Host["planBulkChange"]>(async () => planOf(plan));
const applying = (result: Partial<BulkResult> = {}) =>
  vi.fn<Host["applyBulkChange"]>(async () => ({ changed: 4, unchanged: 0, undoId: "undo", ...result }));

async function openDialog(verb: BulkVerb, commands: Partial<Host>, environment: Environment = environmentFixture()) {
  const stores = fakeStores({ ...readCommands({ keys: KEYS, environments: [environment] }), ...commands });
  await stores.keys.read("e");
  const { selected } = stores.keys.list("e");
  for (const { id } of KEYS) selected.toggle(id);
  mount(() => html`<h1 tabindex="-1">API Keys</h1><dialog-host></dialog-host>`, stores);
  void stores.dialogs.open({ kind: "bulk", verb, environment });
  await expect.element(dialog(verb)).toBeVisible();
  return stores;
}

const dialog = (verb: BulkVerb) => page.getByRole(verb === "revoke" ? "alertdialog" : "dialog");
const button = (name: string) => page.getByRole("button", { name, exact: true });
const radio = (name: string) => page.getByRole("radio", { name });
const isOpen = (stores: Stores) => stores.dialogs.current !== null;
const lastToast = (stores: Stores) => stores.toasts.list.at(-1);

test("dry run without use counts says that keys may be in use", async () => {
  await openDialog("revoke", { planBulkChange: planning({ recentlyUsedCount: null }) });
  await expect.element(dialog("revoke").getByText("these keys may be in use")).toBeVisible();
});

test("dry run names the numbers and the keys that were used lately", async () => {
  await openDialog("disable", { planBulkChange: planning({ selected: 7, unchanged: 2, unavailable: 1, ...USED }) });
  await expect.element(page.getByText("4 keys will be disabled. 2 are disabled already. 1 has ended.")).toBeVisible();
  const used = page.getByRole("listitem").elements().map((item) => item.textContent.replaceAll(/\s+/g, " ").trim());
  expect(used).toEqual(["ci-writer was used 3 min ago", "storefront was used 6 min ago", "and 3 more"]);
  await expect.element(button("Disable 4 keys")).toBeEnabled();
});

test("dry run covers no field in a low window", async () => {
  await page.viewport(590, 380);
  await openDialog("revoke", { planBulkChange: planning({ changed: 9, ...USED }) });
  const { bottom } = find(".recent-use").getBoundingClientRect();
  expect(find("dialog .field").getBoundingClientRect().top).toBeGreaterThanOrEqual(bottom);
});

test("button is disabled while no key changes", async () => {
  await openDialog("enable", { planBulkChange: planning({ changed: 0, unchanged: 4, names: [] }) });
  await expect.element(page.getByText("No key will change. 4 are active already.")).toBeVisible();
  await expect.element(button("Enable 0 keys")).toBeDisabled();
});

test("keys are disabled for a pause, the selection ends, and Undo restores them", async () => {
  const planBulkChange = planning();
  const applyBulkChange = applying({ changed: 3, unchanged: 1 });
  const undoBulkChange = vi.fn<Host["undoBulkChange"]>(async () => ({ restored: 2, unchanged: 1 }));
  const stores = await openDialog("disable", { planBulkChange, applyBulkChange, undoBulkChange });
  await radio("15 minutes").click();
  await expect.element(page.getByText("4 keys will be disabled for 15 minutes.")).toBeVisible();
  await button("Disable 4 keys").click();
  await expect.poll(() => isOpen(stores)).toBe(false);
  expect(planBulkChange.mock.calls.map(([{ change }]) => change)).toEqual([
    { kind: "disable", pauseSeconds: null },
    { kind: "disable", pauseSeconds: 900 },
  ]);
  expect(planBulkChange.mock.calls[0]?.[0].selection).toEqual({ kind: "keys", ids: ["a", "b", "c", "d"] });
  expect(applyBulkChange.mock.calls.map(([fields]) => fields)).toEqual([{ planId: "plan", confirmation: null }]);
  expect(stores.keys.list("e").selected.count).toBe(0);
  expect(lastToast(stores)?.text).toBe("3 keys disabled; 1 was changed meanwhile");
  await lastToast(stores)?.action?.run();
  expect(undoBulkChange.mock.calls).toEqual([[{ undoId: "undo" }]]);
  expect(lastToast(stores)?.text).toBe("2 restored; 1 was changed meanwhile");
});

test("revocation offers no Undo", async () => {
  const planBulkChange = planning({ canUndo: false });
  const stores = await openDialog("revoke", { planBulkChange, applyBulkChange: applying({ undoId: null }) });
  await radio("Leaked").click();
  await page.getByRole("textbox", { name: "Note" }).fill("In a log");
  await expect.poll(() => planBulkChange.mock.lastCall?.[0].change).toEqual({ kind: "revoke", reason: "leaked", note: "In a log" });
  await button("Revoke 4 keys").click();
  await expect.poll(() => lastToast(stores)).toMatchObject({ text: "4 keys revoked", action: null });
});

test("revocation dismisses the notices of the revoked keys only", async () => {
  const acknowledgeNotice = vi.fn<Host["acknowledgeNotice"]>(async () => null);
  const findKeys: Host["findKeys"] = async ({ keyIds }) =>
    keyIds.map((id) => keyFixture(id, { state: id === "a" ? "revoked" : "active" }));
  const commands = { planBulkChange: planning(), applyBulkChange: applying({ undoId: null }), acknowledgeNotice, findKeys };
  const stores = await openDialog("revoke", commands);
  stores.notices.set([noticeFixture("a"), noticeFixture("b"), noticeFixture("other", { environmentId: "other" })]);
  await button("Revoke 4 keys").click();
  await expect.poll(() => acknowledgeNotice.mock.calls).toEqual([[{ keyId: "a" }]]);
  expect(stores.notices.list.map(({ keyId }) => keyId)).toEqual(["b", "other"]);
});

test("keys of production are revoked only after the name of the environment was typed", async () => {
  const applyBulkChange = applying({ undoId: null });
  const environment = environmentFixture("e", { name: "production", stage: "production" });
  const commands = { planBulkChange: planning({ requiredName: "production", canUndo: false }), applyBulkChange };
  const stores = await openDialog("revoke", commands, environment);
  await expect.element(page.getByRole("textbox", { name: "Type production to confirm" })).toHaveFocus();
  await userEvent.keyboard("productio{Enter}");
  await expect.element(button("Revoke 4 keys")).toBeDisabled();
  expect(applyBulkChange).not.toHaveBeenCalled();
  await userEvent.keyboard("n{Enter}");
  await expect.poll(() => isOpen(stores)).toBe(false);
  expect(applyBulkChange.mock.calls[0]?.[0]).toEqual({ planId: "plan", confirmation: "production" });
});

test("tag and owner are needed before anything is planned, and both can be removed", async () => {
  const planBulkChange = planning();
  await openDialog("tags", { planBulkChange });
  await expect.element(page.getByRole("textbox", { name: "Tag" })).toHaveFocus();
  await expect.element(button("Tag")).toBeDisabled();
  expect(planBulkChange).not.toHaveBeenCalled();
  await userEvent.keyboard(" deploy");
  await expect.element(page.getByText("4 keys will get the tag “deploy”.")).toBeVisible();
  await radio("Remove a tag").click();
  await expect.element(page.getByText("4 keys will lose the tag “deploy”.")).toBeVisible();
  expect(planBulkChange.mock.calls.map(([{ change }]) => change)).toEqual([
    { kind: "addTag", tag: "deploy" },
    { kind: "removeTag", tag: "deploy" },
  ]);
  await openDialog("owner", { planBulkChange });
  await expect.element(button("Set owner")).toBeDisabled();
  await radio("No owner").click();
  await expect.element(page.getByText("4 keys will have no owner.")).toBeVisible();
  expect(planBulkChange.mock.lastCall?.[0].change).toEqual({ kind: "setOwner", owner: "" });
});

test("expiry is the resulting time, and an incomplete date plans nothing", async () => {
  const planBulkChange = planning({ expiresAt: new Date(2099, 2, 1, 23, 59).getTime(), changed: 3, unchanged: 1 });
  await openDialog("extend", { planBulkChange });
  await expect.element(page.getByText(/3 keys will expire on March 1, 2099[^]*1 expires later or never\./)).toBeVisible();
  await radio("Date").click();
  await expect.element(button("Extend")).toBeDisabled();
  await page.getByLabelText("Expiry date").fill("2099-03-01");
  await expect.element(button("Extend 3 keys")).toBeEnabled();
  expect(planBulkChange.mock.calls.map(([{ change }]) => change)).toEqual([
    { kind: "extend", expiry: { kind: "days", days: 30 } },
    { kind: "extend", expiry: { kind: "at", at: new Date(2099, 2, 1, 23, 59).getTime() } },
  ]);
});

test("typing makes one plan, and an earlier response that comes late is ignored", async () => {
  const slow = deferred<BulkPlan>();
  const planBulkChange = planning({ changed: 2 });
  planBulkChange.mockReturnValueOnce(slow.promise);
  await openDialog("tags", { planBulkChange });
  await userEvent.keyboard("dep");
  await expect.poll(() => planBulkChange.mock.calls.length).toBe(1);
  await userEvent.keyboard("loy");
  slow.resolve(planOf({ changed: 9 }));
  await settled();
  expect(button("Tag 9 keys").query(), "while typing pauses").toBeNull();
  await expect.element(button("Tag 2 keys")).toBeEnabled();
  expect(planBulkChange.mock.calls.map(([{ change }]) => change)).toEqual([
    { kind: "addTag", tag: "dep" },
    { kind: "addTag", tag: "deploy" },
  ]);
});

test("plan for what was entered before cannot be applied", async () => {
  const planBulkChange = planning();
  await openDialog("owner", { planBulkChange });
  await userEvent.keyboard("Ops");
  await expect.element(button("Set the owner of 4 keys")).toBeEnabled();
  planBulkChange.mockReturnValueOnce(new Promise(() => {}));
  await userEvent.keyboard("!");
  await settled();
  expect(find(".primary").matches(":disabled"), "already while typing pauses").toBe(true);
});

test("error of a field is shown at it, and ends with the next input", async () => {
  const error = new CommandError("too_many_tags", "A key would have more than 10 tags.", "Remove one first.", "tags");
  const planBulkChange = planning();
  planBulkChange.mockRejectedValueOnce(error);
  await openDialog("tags", { planBulkChange });
  const tag = page.getByRole("textbox", { name: "Tag" });
  await userEvent.keyboard("x");
  await expect.element(tag).toHaveAccessibleDescription("A key would have more than 10 tags. Remove one first.");
  await expect.element(button("Tag")).toBeDisabled();
  await userEvent.keyboard("y");
  await expect.element(tag).not.toHaveAttribute("aria-invalid");
  await expect.element(button("Tag 4 keys")).toBeEnabled();
});

test("failed change keeps what was entered, and is planned again", async () => {
  const error = new CommandError("bulk_plan_expired", "The numbers may be outdated.", "Check them, then try again.");
  const applyBulkChange = applying();
  applyBulkChange.mockRejectedValueOnce(error);
  const planBulkChange = planning();
  const again = deferred<BulkPlan>();
  planBulkChange.mockResolvedValueOnce(planOf({ id: "old" })).mockReturnValueOnce(again.promise);
  const stores = await openDialog("owner", { planBulkChange, applyBulkChange });
  await userEvent.keyboard("Ops");
  await button("Set the owner of 4 keys").click();
  await expect.element(page.getByRole("alert")).toHaveTextContent("The numbers may be outdated.");
  await expect.element(button("Set the owner of 4 keys")).toBeDisabled();
  await settled();
  again.resolve(planOf());
  await expect.element(page.getByRole("textbox", { name: "Owner" })).toHaveValue("Ops");
  expect(stores.keys.list("e").selected.count, "the selection stays").toBe(4);
  await expect.element(button("Set the owner of 4 keys")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => isOpen(stores)).toBe(false);
  expect(applyBulkChange.mock.calls.map(([{ planId }]) => planId)).toEqual(["old", "plan"]);
});

test("progress is shown without moving a button, and Cancel changes nothing", async () => {
  const applied = deferred<BulkResult>();
  let report: (progress: BulkProgress) => void = () => {};
  const applyBulkChange: Host["applyBulkChange"] = (_, onProgress) => {
    report = onProgress;
    return applied.promise;
  };
  const cancelBulkChange = vi.fn<Host["cancelBulkChange"]>(async () => null);
  const planBulkChange = planning();
  const stores = await openDialog("disable", { planBulkChange, applyBulkChange, cancelBulkChange });
  await expect.element(button("Disable 4 keys")).toBeEnabled();
  const before = boxes("dialog", "dialog footer button:first-of-type", "dialog footer .primary");
  await button("Disable 4 keys").click();
  report({ done: 1, total: 4 });
  await expect.element(page.getByRole("progressbar", { name: "Changing the keys" })).toHaveAttribute("value", "1");
  await expect.element(page.getByText("1 of 4 keys")).toBeVisible();
  expect(boxes("dialog", "dialog footer button:first-of-type", "dialog footer .primary")).toEqual(before);
  await button("Cancel").click();
  expect(cancelBulkChange.mock.calls).toEqual([[{ planId: "plan" }]]);
  expect(isOpen(stores), "it stays open until the change was canceled").toBe(true);
  applied.reject(new CommandError("canceled", "Canceled."));
  await expect.element(page.getByText("Nothing was changed.")).toBeVisible();
  await expect.element(button("Disable 4 keys"), { message: "planned again" }).toBeEnabled();
  expect(planBulkChange).toHaveBeenCalledTimes(2);
  expect(boxes("dialog")).toEqual({ dialog: before.dialog });
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => isOpen(stores)).toBe(false);
  expect(stores.keys.list("e").selected.count, "the selection stays").toBe(4);
});

test("Esc cancels a running change", async () => {
  const cancelBulkChange = vi.fn<Host["cancelBulkChange"]>(async () => null);
  const applyBulkChange: Host["applyBulkChange"] = () => new Promise(() => {});
  const stores = await openDialog("enable", { planBulkChange: planning(), applyBulkChange, cancelBulkChange });
  await button("Enable 4 keys").click();
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => cancelBulkChange.mock.calls.length).toBe(1);
  expect(isOpen(stores)).toBe(true);
});

test("change of the list behind the dialog does not change what it plans", async () => {
  const planBulkChange = planning();
  const stores = await openDialog("owner", { planBulkChange });
  stores.keys.list("e").selected.clear();
  await userEvent.keyboard("Ops");
  await expect.poll(() => planBulkChange.mock.lastCall?.[0].selection).toEqual({ kind: "keys", ids: ["a", "b", "c", "d"] });
});

test.for<BulkVerb>(["disable", "enable", "extend", "tags", "owner"])("dialog is accessible: %s", async (verb) => {
  await openDialog(verb, { planBulkChange: planning({ unchanged: 2, unavailable: 1, ...(verb === "disable" ? USED : {}) }) });
  if (verb === "tags" || verb === "owner") await userEvent.keyboard("deploy");
  await expect.element(page.getByText(/^\s*4 keys will/)).toBeVisible();
  await expectAccessible();
});

test("dialog that revokes keys of production is accessible, also while they are revoked", async () => {
  const environment = environmentFixture("e", { name: "production", stage: "production" });
  const applyBulkChange: Host["applyBulkChange"] = (_, onProgress) => {
    onProgress({ done: 1, total: 4 });
    return new Promise(() => {});
  };
  const planBulkChange = planning({ requiredName: "production", canUndo: false, ...USED });
  await openDialog("revoke", { planBulkChange, applyBulkChange }, environment);
  await expectAccessible();
  await userEvent.keyboard("production{Enter}");
  await expect.element(page.getByRole("progressbar", { name: "Changing the keys" })).toBeVisible();
  await expectAccessible();
});
