import { describe, expect, test, vi } from "vitest";
import { Decisions, DRAWN, KEPT, news, untoldSentence, waitingSentence } from "../src/state/decisions.js";

/** @typedef {import("../src/types/Decision").Decision} Decision */

/** @param {number} id @param {Partial<Decision>} [fields] @returns {Decision} */
const decision = (id, fields = {}) => ({
  id,
  at: id,
  method: "GET",
  path: "/products",
  need: "read",
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
  /** @param {Decision[]} told @param {number} [skipped] */
  const hear = (told, skipped = 0) => decisions.heard({ environmentId: "e", decisions: told, skipped });
  return { decisions, hear, listDecisions };
}

describe("however many requests pass, the window keeps a bounded list", () => {
  test("the_newest_stand_first_and_the_oldest_go", async () => {
    const { decisions, hear } = await shown();
    for (let batch = 0; batch < 100; batch += 1) hear(range(batch * 50 + 1, batch * 50 + 50), 450);
    expect(decisions.list.length, "a minute of 5,000 requests a second must not fill memory").toBe(KEPT);
    expect(decisions.list[0].id).toBe(5000);
    expect(decisions.list[KEPT - 1].id).toBe(5000 - KEPT + 1);
    expect(decisions.shown.length, "what moves is drawn in part").toBe(DRAWN);
  });

  test("those_that_were_not_told_are_counted_and_said", async () => {
    const { decisions, hear } = await shown();
    hear(range(1, 2), 1000);
    hear(range(3, 4), 240);
    expect(decisions.tally.untold).toBe(1240);
    expect(untoldSentence(decisions.tally.untold)).toMatch(/^1.?240 more were not listed$/);
    expect(untoldSentence(0), "nothing is said of nothing").toBe("");
  });
});

describe("no decision is shown twice or lost", () => {
  test("what_was_told_while_the_list_was_read_stands_in_it_once", async () => {
    /** @type {(listed: Decision[]) => void} */
    let answer = () => {};
    const decisions = new Decisions({ listDecisions: () => new Promise((resolve) => (answer = resolve)) });
    const read = decisions.show("e");
    decisions.heard({ environmentId: "e", decisions: range(3, 5), skipped: 0 });
    answer(range(1, 4).reverse());
    await read;
    expect(ids(decisions.list)).toEqual([5, 4, 3, 2, 1]);
  });

  test("what_the_api_did_not_answer_is_told_again_in_the_same_row_and_counted_once", async () => {
    const { decisions, hear } = await shown();
    hear(range(1, 3));
    hear([decision(2, { code: "upstream_timeout" })]);
    expect(ids(decisions.list)).toEqual([3, 2, 1]);
    expect(decisions.list[1].code, "the row says what became of it").toBe("upstream_timeout");
    expect(decisions.tally).toEqual({ accepted: 3, refused: 0, untold: 0 });
  });

  test("what_is_told_again_after_its_row_has_gone_makes_no_new_one", async () => {
    const { decisions, hear } = await shown();
    for (let first = 1; first <= 2 * KEPT; first += 50) hear(range(first, first + 49));
    hear([decision(1, { code: "upstream_timeout" })]);
    expect(decisions.list.length).toBe(KEPT);
    expect(ids(decisions.list)).not.toContain(1);
    expect(decisions.tally.accepted).toBe(2 * KEPT);
  });

  test("another_environments_decisions_stay_out", async () => {
    const { decisions } = await shown();
    decisions.heard({ environmentId: "other", decisions: range(1, 3), skipped: 9 });
    expect(decisions.list).toEqual([]);
    expect(decisions.tally.untold).toBe(0);
  });

  test("the_list_is_read_once_and_again_only_when_some_may_be_missed", async () => {
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
  test("lets_the_list_stand_shows_all_of_it_and_counts_what_comes", async () => {
    const { decisions, hear } = await shown();
    hear(range(1, 120));
    decisions.pause();
    hear(range(121, 130), 40);
    expect(decisions.shown.length).toBe(120);
    expect(decisions.shown[0].id, "nothing moves under the reader").toBe(120);
    expect(decisions.waiting, "listed or not, they have come").toBe(50);
    expect(waitingSentence(decisions.waiting)).toBe("Paused, 50 have come since");
    decisions.resume();
    expect(decisions.shown[0].id).toBe(130);
    expect(decisions.waiting).toBe(0);
  });

  test("ends_with_the_environment", async () => {
    const { decisions, hear } = await shown();
    hear(range(1, 3));
    decisions.pause();
    await decisions.show("other");
    expect(decisions.shown).toEqual([]);
    expect(decisions.frozen).toBeNull();
  });
});

test("counts_are_said_and_not_each_request", () => {
  const before = { accepted: 2, refused: 0, untold: 0 };
  expect(news(before, before), "silence when nothing came").toBeNull();
  expect(news(before, { accepted: 3, refused: 0, untold: 0 })).toBe("1 request: 1 accepted.");
  expect(news(before, { accepted: 11, refused: 3, untold: 5 })).toBe("17 requests: 9 accepted, 3 refused, 5 not listed.");
});
