import { describe, expect, test, vi } from "vitest";
import { Decisions, MAX_LIVE_ROWS, MAX_DECISIONS, summarize } from "../src/state/decisions.js";
import { strings } from "../src/strings.js";

/** @typedef {import("../src/types/Decision").Decision} Decision */

/** @param {number} id @param {Partial<Decision>} [fields] @returns {Decision} */
const decision = (id, fields = {}) => ({
  id,
  at: id,
  method: "GET",
  path: "/products",
  access: "read",
  keyId: "k",
  keyName: "ci-writer",
  allowed: true,
  code: "allowed",
  status: 200,
  milliseconds: 3,
  ...fields,
});
/** @param {number} from @param {number} to oldest first */
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => decision(from + n));
const ids = (/** @type {Decision[]} */ list) => list.map(({ id }) => id);

/** @param {Decision[]} listed newest first */
async function shown(listed = []) {
  const listDecisions = vi.fn(() => Promise.resolve(listed));
  const decisions = new Decisions({ listDecisions });
  await decisions.show("e");
  /** @param {Decision[]} received @param {number} [skipped] */
  const receive = (received, skipped = 0) => decisions.receive({ environmentId: "e", decisions: received, skipped });
  return { decisions, receive, listDecisions };
}

describe("the list is bounded", () => {
  test("list_keeps_the_newest_decisions", async () => {
    const { decisions, receive } = await shown();
    for (let batch = 0; batch < 100; batch += 1) receive(range(batch * 50 + 1, batch * 50 + 50), 450);
    expect(decisions.list.length, "a minute of 5,000 requests a second must not fill memory").toBe(MAX_DECISIONS);
    expect(decisions.list[0].id).toBe(5000);
    expect(decisions.list[MAX_DECISIONS - 1].id).toBe(5000 - MAX_DECISIONS + 1);
    expect(decisions.shown.length, "only part of a live list is drawn").toBe(MAX_LIVE_ROWS);
  });

  test("skipped_decisions_are_counted", async () => {
    const { decisions, receive } = await shown();
    receive(range(1, 2), 1000);
    receive(range(3, 4), 240);
    expect(decisions.counts.skipped).toBe(1240);
    expect(strings.decisions.notShown(decisions.counts.skipped)).toMatch(/^1.?240 more requests not shown$/);
    expect(strings.decisions.notShown(0), "zero needs no sentence").toBe("");
  });
});

describe("each decision is shown once", () => {
  test("decision_received_while_listing_is_shown_once", async () => {
    /** @type {(listed: Decision[]) => void} */
    let respond = () => {};
    const decisions = new Decisions({ listDecisions: () => new Promise((resolve) => (respond = resolve)) });
    const read = decisions.show("e");
    decisions.receive({ environmentId: "e", decisions: range(3, 5), skipped: 0 });
    respond(range(1, 4).reverse());
    await read;
    expect(ids(decisions.list)).toEqual([5, 4, 3, 2, 1]);
  });

  test("decision_of_another_environment_is_ignored", async () => {
    const { decisions } = await shown();
    decisions.receive({ environmentId: "other", decisions: range(1, 3), skipped: 9 });
    expect(decisions.list).toEqual([]);
    expect(decisions.counts.skipped).toBe(0);
  });

  test("list_is_read_again_only_after_a_miss", async () => {
    const { decisions, listDecisions } = await shown(range(1, 3).reverse());
    await decisions.show("e");
    expect(listDecisions, "decisions since then arrived as events").toHaveBeenCalledTimes(1);
    decisions.missed();
    await decisions.show("e");
    expect(listDecisions).toHaveBeenCalledTimes(2);
    expect(ids(decisions.list)).toEqual([3, 2, 1]);
  });
});

describe("pause", () => {
  test("pause_freezes_the_list_and_counts_new_decisions", async () => {
    const { decisions, receive } = await shown();
    receive(range(1, 120));
    decisions.pause();
    receive(range(121, 130), 40);
    expect(decisions.shown.length).toBe(120);
    expect(decisions.shown[0].id, "a paused list must not move").toBe(120);
    expect(decisions.waiting, "skipped decisions count too").toBe(50);
    expect(strings.decisions.paused(decisions.waiting)).toBe("Paused · 50 new");
    decisions.resume();
    expect(decisions.shown[0].id).toBe(130);
    expect(decisions.waiting).toBe(0);
  });

  test("pause_ends_when_the_environment_changes", async () => {
    const { decisions, receive } = await shown();
    receive(range(1, 3));
    decisions.pause();
    await decisions.show("other");
    expect(decisions.shown).toEqual([]);
    expect(decisions.frozen).toBeNull();
  });
});

test("summary_names_the_counts", () => {
  const before = { allowed: 2, denied: 0, skipped: 0 };
  expect(summarize(before, before), "nothing is announced without requests").toBeNull();
  expect(summarize(before, { allowed: 3, denied: 0, skipped: 0 })).toBe("1 request: 1 allowed.");
  expect(summarize(before, { allowed: 11, denied: 3, skipped: 5 })).toBe("17 requests: 9 allowed, 3 denied, 5 not shown.");
});
