import { expect, test } from "vitest";
import { environmentFixture, keyFixture } from "../../stores/test-fixtures";
import { draftChanges, draftOf, keyInput, newKeyDraft } from "./key-draft";

const ENVIRONMENT = environmentFixture("e", { defaultDays: 90 });
const KEY = keyFixture("k", { name: "ci", owner: "Ops", tags: ["a", "b"], note: "Old", expiresAt: 5 });

test("new key has the default expiry until another one is chosen", () => {
  const draft = { ...newKeyDraft(ENVIRONMENT), name: "ci", tags: " build, ,deploy " };
  expect(keyInput(draft, ENVIRONMENT)).toEqual({
    name: "ci",
    write: false,
    expiry: { kind: "default" },
    owner: "",
    note: "",
    tags: ["build", "deploy"],
  });
  const never = { ...draft, expiry: { choice: "never", date: "" } } as const;
  expect(keyInput(never, ENVIRONMENT)?.expiry).toEqual({ kind: "never" });
});

test("new key without a valid date is not sent", () => {
  const draft = { ...newKeyDraft(ENVIRONMENT), expiry: { choice: "date", date: "" } } as const;
  expect(keyInput(draft, ENVIRONMENT)).toBeNull();
});

test("unchanged draft of a key changes nothing", () => {
  expect(draftChanges(KEY, draftOf(KEY))).toEqual({});
});

test("draft changes only what was entered differently", () => {
  const draft = { ...draftOf(KEY), name: "ci-2", canWrite: true, tags: "a", owner: " Ops " };
  expect(draftChanges(KEY, draft)).toEqual({ name: "ci-2", write: true, tags: ["a"] });
});

test("draft changes the expiry if its date is valid", () => {
  const draft = { ...draftOf(KEY), expiry: { choice: "7", date: "" } } as const;
  expect(draftChanges(KEY, draft)).toEqual({ expiry: { kind: "days", days: 7 } });
  expect(draftChanges(KEY, { ...draft, expiry: { choice: "date", date: "x" } })).toBeNull();
});
