import { describe, expect, test, vi } from "vitest";
import type { Decision } from "../host/types/Decision";
import { strings } from "../strings";
import { DecisionLog, failedAfterAllow, MAX_ENTRIES, summarize } from "./decisions";
import { decisionFixture, deferred } from "./test-fixtures";

/** Decisions with the ids from `first` to `last`, oldest first. */
const range = (first: number, last: number): Decision[] =>
  Array.from({ length: last - first + 1 }, (_, index) => decisionFixture(first + index));

const ids = (list: Decision[]) => list.map(({ id }) => id);

/** A log that shows an environment for which Rust listed decisions, newest first. */
async function shownLog(listed: Decision[] = []) {
  const listDecisions = vi.fn(() => Promise.resolve(listed));
  const log = new DecisionLog({ listDecisions });
  await log.show("e");
  const append = (decisions: Decision[], skipped = 0) => log.append({ environmentId: "e", decisions, skipped });
  return { log, append, listDecisions };
}

describe("the list is bounded", () => {
  test("list keeps the newest decisions", async () => {
    const { log, append } = await shownLog();
    for (let batch = 0; batch < 100; batch += 1) append(range(batch * 50 + 1, batch * 50 + 50), 450);
    expect(log.list.length, "a minute of 5,000 requests a second must not fill the memory").toBe(MAX_ENTRIES);
    expect([log.list.at(0)?.id, log.list.at(-1)?.id]).toEqual([5000, 5000 - MAX_ENTRIES + 1]);
  });

  test("skipped decisions are counted", async () => {
    const { log, append } = await shownLog();
    append(range(1, 2), 1000);
    append(range(3, 4), 240);
    expect(log.counts.skipped).toBe(1240);
    expect(strings.decisions.notShown(log.counts.skipped)).toMatch(/^1.?240 more requests not shown$/);
    expect(strings.decisions.notShown(0), "zero needs no sentence").toBe("");
  });
});

describe("each decision is shown once", () => {
  test("decision received while listing is listed once", async () => {
    const listing = deferred<Decision[]>();
    const log = new DecisionLog({ listDecisions: () => listing.promise });
    const read = log.show("e");
    log.append({ environmentId: "e", decisions: range(3, 5), skipped: 0 });
    listing.resolve(range(1, 4).toReversed());
    await read;
    expect(ids(log.list)).toEqual([5, 4, 3, 2, 1]);
  });

  test("repeated decision is counted once", async () => {
    const { log, append } = await shownLog();
    append(range(1, 3));
    append(range(2, 4));
    expect(ids(log.list)).toEqual([4, 3, 2, 1]);
    expect(log.counts).toEqual({ allowed: 4, denied: 0, skipped: 0 });
  });

  test("decision of another environment is ignored", async () => {
    const { log } = await shownLog();
    log.append({ environmentId: "other", decisions: range(1, 3), skipped: 9 });
    expect([log.list, log.counts.skipped]).toEqual([[], 0]);
  });

  test("list of an environment that was left is ignored", async () => {
    const listing = deferred<Decision[]>();
    const log = new DecisionLog({
      listDecisions: ({ environmentId }) => (environmentId === "e" ? listing.promise : Promise.resolve([])),
    });
    const first = log.show("e");
    await log.show("other");
    listing.resolve(range(1, 3).toReversed());
    await first;
    expect([log.environmentId, log.list]).toEqual(["other", []]);
  });

  test("list is read again only after it was invalidated", async () => {
    const { log, listDecisions } = await shownLog(range(1, 3).toReversed());
    await log.show("e");
    expect(listDecisions, "later decisions arrive as events").toHaveBeenCalledTimes(1);
    log.invalidate();
    await log.show("e");
    expect(listDecisions).toHaveBeenCalledTimes(2);
    expect(ids(log.list)).toEqual([3, 2, 1]);
  });

  test("list that was invalidated while it was being read is read again", async () => {
    const listing = deferred<Decision[]>();
    const listDecisions = vi.fn(() => listing.promise);
    const log = new DecisionLog({ listDecisions });
    const read = log.show("e");
    log.invalidate();
    listing.resolve([]);
    await read;
    listDecisions.mockResolvedValueOnce(range(1, 2).toReversed());
    await log.show("e");
    expect(ids(log.list), "decisions before the subscription arrive only in the list").toEqual([2, 1]);
  });
});

describe("pause", () => {
  test("paused list does not move and counts new requests", async () => {
    const { log, append } = await shownLog();
    append(range(1, 120));
    log.pause();
    append(range(121, 130), 40);
    expect([log.rows.length, log.rows[0]?.id]).toEqual([120, 120]);
    expect(log.pendingCount, "skipped requests count too").toBe(50);
    expect(strings.decisions.paused(log.pendingCount)).toBe("Paused · 50 new");
    log.resume();
    expect([log.rows[0]?.id, log.pendingCount]).toEqual([130, 0]);
  });

  test("pause ends when the environment changes", async () => {
    const { log, append } = await shownLog();
    append(range(1, 3));
    log.pause();
    await log.show("other");
    expect([log.rows, log.paused]).toEqual([[], null]);
  });
});

describe("the filter and the selection", () => {
  test("filter applies to live and paused rows and is kept for its environment", async () => {
    const { log, append } = await shownLog();
    append([decisionFixture(1), decisionFixture(2, { allowed: false, code: "missing_key", status: 401 })]);
    log.setFilter({ outcome: "denied" });
    expect(ids(log.rows)).toEqual([2]);
    log.pause();
    append([decisionFixture(3, { allowed: false, code: "missing_key", status: 401 })]);
    expect(ids(log.rows)).toEqual([2]);
    await log.show("other");
    expect(log.filter.outcome).toBe("all");
    await log.show("e");
    expect(log.filter.outcome).toBe("denied");
    log.forget("e");
    expect(log.filter.outcome).toBe("all");
  });

  test("selected decision stays when it leaves the list", async () => {
    const { log, append } = await shownLog();
    append(range(1, 1));
    log.select(log.list[0] ?? null);
    for (let first = 2; first <= MAX_ENTRIES + 2; first += 50) append(range(first, first + 49));
    expect(ids(log.list)).not.toContain(1);
    expect(log.selected?.id).toBe(1);
    await log.show("other");
    expect(log.selected, "it belongs to another environment").toBeNull();
  });
});

test("log is complete since the start, or since its oldest decision once it is full", async () => {
  const log = new DecisionLog({ listDecisions: async () => range(5, 9).toReversed() }, 100);
  await log.show("e");
  expect(log.since, "a reloaded window is younger than the decisions").toBe(5);
  log.append({ environmentId: "e", decisions: range(1000, 1000 + MAX_ENTRIES), skipped: 0 });
  expect(log.since).toBe(1001);
  const empty = new DecisionLog({ listDecisions: async () => [] }, 100);
  await empty.show("e");
  expect(empty.since).toBe(100);
});

test("summary names the counts", () => {
  const before = { allowed: 2, denied: 0, skipped: 0 };
  expect(summarize(before, before), "nothing is announced without requests").toBeNull();
  expect(summarize(before, { allowed: 3, denied: 0, skipped: 0 })).toBe("1 request: 1 allowed.");
  const summary = summarize(before, { allowed: 11, denied: 3, skipped: 5 });
  expect(summary).toBe("17 requests: 9 allowed, 3 denied, 5 not shown.");
});

test("only an allowed request can fail after it was allowed", () => {
  expect(failedAfterAllow({ allowed: true, code: "upstream_timeout" })).toBe(true);
  expect(failedAfterAllow({ allowed: true, code: "allowed" })).toBe(false);
  expect(failedAfterAllow({ allowed: false, code: "revoked" })).toBe(false);
});
