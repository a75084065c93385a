import { describe, expect, test, vi } from "vitest";
import { Decisions, DRAWN, KEPT, news } from "../src/state/decisions.js";
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
  accepted: true,
  code: "accepted",
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
  const hear = (received, skipped = 0) => decisions.heard({ environmentId: "e", decisions: received, skipped });
  return { decisions, hear, listDecisions };
}

describe("the list is bounded", () => {
  test("list_keeps_the_newest_decisions", async () => {
    const { decisions, hear } = await shown();
    for (let batch = 0; batch < 100; batch += 1) hear(range(batch * 50 + 1, batch * 50 + 50), 450);
    expect(decisions.list.length, "a minute of 5,000 requests a second must not fill memory").toBe(KEPT);
    expect(decisions.list[0].id).toBe(5000);
    expect(decisions.list[KEPT - 1].id).toBe(5000 - KEPT + 1);
    expect(decisions.shown.length, "what moves is drawn in part").toBe(DRAWN);
  });

  test("skipped_decisions_are_counted", async () => {
    const { decisions, hear } = await shown();
    hear(range(1, 2), 1000);
    hear(range(3, 4), 240);
    expect(decisions.tally.skipped).toBe(1240);
    expect(strings.decisions.notShown(decisions.tally.skipped)).toMatch(/^1.?240 more requests not shown$/);
    expect(strings.decisions.notShown(0), "zero needs no sentence").toBe("");
  });
});

describe("each decision is shown once", () => {
  test("decision_received_while_listing_is_shown_once", async () => {
    /** @type {(listed: Decision[]) => void} */
    let answer = () => {};
    const decisions = new Decisions({ listDecisions: () => new Promise((resolve) => (answer = resolve)) });
    const read = decisions.show("e");
    decisions.heard({ environmentId: "e", decisions: range(3, 5), skipped: 0 });
    answer(range(1, 4).reverse());
    await read;
    expect(ids(decisions.list)).toEqual([5, 4, 3, 2, 1]);
  });

  test("unanswered_decision_updates_its_row_and_is_counted_once", async () => {
    const { decisions, hear } = await shown();
    hear(range(1, 3));
    hear([decision(2, { code: "upstream_timeout" })]);
    expect(ids(decisions.list)).toEqual([3, 2, 1]);
    expect(decisions.list[1].code, "the row must show the failure").toBe("upstream_timeout");
    expect(decisions.tally).toEqual({ accepted: 3, refused: 0, skipped: 0 });
  });

  test("update_of_a_dropped_decision_is_ignored", async () => {
    const { decisions, hear } = await shown();
    for (let first = 1; first <= 2 * KEPT; first += 50) hear(range(first, first + 49));
    hear([decision(1, { code: "upstream_timeout" })]);
    expect(decisions.list.length).toBe(KEPT);
    expect(ids(decisions.list)).not.toContain(1);
    expect(decisions.tally.accepted).toBe(2 * KEPT);
  });

  test("decision_of_another_environment_is_ignored", async () => {
    const { decisions } = await shown();
    decisions.heard({ environmentId: "other", decisions: range(1, 3), skipped: 9 });
    expect(decisions.list).toEqual([]);
    expect(decisions.tally.skipped).toBe(0);
  });

  test("list_is_read_again_only_after_a_miss", async () => {
    const { decisions, listDecisions } = await shown(range(1, 3).reverse());
    await decisions.show("e");
    expect(listDecisions, "what has come since was told").toHaveBeenCalledTimes(1);
    decisions.missed();
    await decisions.show("e");
    expect(listDecisions).toHaveBeenCalledTimes(2);
    expect(ids(decisions.list)).toEqual([3, 2, 1]);
  });
});

describe("pause", () => {
  test("pause_freezes_the_list_and_counts_new_decisions", async () => {
    const { decisions, hear } = await shown();
    hear(range(1, 120));
    decisions.pause();
    hear(range(121, 130), 40);
    expect(decisions.shown.length).toBe(120);
    expect(decisions.shown[0].id, "nothing moves under the reader").toBe(120);
    expect(decisions.waiting, "listed or not, they have come").toBe(50);
    expect(strings.decisions.paused(decisions.waiting)).toBe("Paused · 50 new");
    decisions.resume();
    expect(decisions.shown[0].id).toBe(130);
    expect(decisions.waiting).toBe(0);
  });

  test("pause_ends_when_the_environment_changes", async () => {
    const { decisions, hear } = await shown();
    hear(range(1, 3));
    decisions.pause();
    await decisions.show("other");
    expect(decisions.shown).toEqual([]);
    expect(decisions.frozen).toBeNull();
  });
});

test("news_announces_counts", () => {
  const before = { accepted: 2, refused: 0, skipped: 0 };
  expect(news(before, before), "silence when nothing came").toBeNull();
  expect(news(before, { accepted: 3, refused: 0, skipped: 0 })).toBe("1 request: 1 allowed.");
  expect(news(before, { accepted: 11, refused: 3, skipped: 5 })).toBe("17 requests: 9 allowed, 3 denied, 5 not shown.");
});
