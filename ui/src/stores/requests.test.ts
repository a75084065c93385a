import { describe, expect, test } from "vitest";
import type { LoggedRequest } from "../host/types/LoggedRequest";
import type { RequestPage } from "../host/types/RequestPage";
import { FakeRequestLog } from "./fake-request-log";
import { failedAfterAllow, PAGE_SIZE, Requests, summarize } from "./requests";
import { deferred, requestFixture, settled } from "./test-fixtures";

const ids = (rows: LoggedRequest[]) => rows.map(({ id }) => id);

/** A log with `count` requests, which is shown and watched. */
async function shownLog(count: number) {
  const log = new FakeRequestLog();
  if (count > 0) log.add(1, count);
  const requests = new Requests(log);
  const unwatch = requests.watch();
  await requests.show("e");
  await settled();
  return { log, requests, unwatch };
}

describe("pages", () => {
  test("newest page is read, and older ones on demand", async () => {
    const { requests } = await shownLog(250);
    expect([requests.rows.length, requests.total, requests.rows[0]?.id]).toEqual([PAGE_SIZE, 250, 250]);
    await requests.loadOlder();
    await requests.loadOlder();
    await requests.loadOlder();
    expect(ids(requests.rows)).toEqual(Array.from({ length: 250 }, (_, index) => 250 - index));
  });

  test("older page is read once at a time", async () => {
    const { log, requests } = await shownLog(250);
    const calls = log.listRequests.mock.calls.length;
    await Promise.all([requests.loadOlder(), requests.loadOlder()]);
    expect(log.listRequests.mock.calls.length).toBe(calls + 1);
    expect(requests.rows.length).toBe(200);
  });

  test("all matching requests are read for a copy", async () => {
    const { requests } = await shownLog(2500);
    expect(ids(await requests.readAll())).toEqual(Array.from({ length: 2500 }, (_, index) => 2500 - index));
  });
});

describe("new requests", () => {
  test("new requests come in on top and are counted", async () => {
    const { log, requests } = await shownLog(2);
    log.add(3, 3);
    log.add(4, 5, { allowed: false });
    await requests.receive();
    expect(ids(requests.rows)).toEqual([5, 4, 3, 2, 1]);
    expect(requests.counts).toEqual({ allowed: 1, denied: 2, gaps: 0 });
    expect(requests.total).toBe(5);
  });

  test("first request appears in an empty log", async () => {
    const { log, requests } = await shownLog(0);
    log.add(1, 1);
    await requests.receive();
    expect(ids(requests.rows)).toEqual([1]);
  });

  test("more new requests than a page replace the list", async () => {
    const { log, requests } = await shownLog(10);
    log.add(11, 500);
    await requests.receive();
    await settled();
    expect([requests.rows[0]?.id, requests.rows.length]).toEqual([500, PAGE_SIZE]);
    expect(requests.counts.gaps).toBe(1);
    await requests.loadOlder();
    expect(ids(requests.rows), "without a gap").toEqual(Array.from({ length: 200 }, (_, index) => 500 - index));
  });

  test("live list stays short", async () => {
    const { log, requests } = await shownLog(1);
    for (let batch = 0; batch < 30; batch += 1) {
      log.add(2 + batch * 50, 51 + batch * 50);
      // oxlint-disable-next-line no-await-in-loop
      await requests.receive();
    }
    expect(requests.rows.length, "an hour of traffic must not fill the memory").toBe(200);
    expect(requests.rows[0]?.id).toBe(1501);
    await requests.loadOlder();
    expect(requests.rows.length, "what was dropped is read again").toBe(300);
  });

  test("request that arrives during a read is read afterwards", async () => {
    const { log, requests } = await shownLog(1);
    const reading = deferred<RequestPage>();
    log.listRequests.mockReturnValueOnce(reading.promise);
    log.add(2, 2);
    const first = requests.receive();
    log.add(3, 3);
    await requests.receive();
    reading.resolve({ requests: [requestFixture(2)], hasMore: false, total: 2, unlogged: 0 });
    await first;
    expect(ids(requests.rows)).toEqual([3, 2, 1]);
  });

  test("unwatched log is read when it is shown again", async () => {
    const { log, requests, unwatch } = await shownLog(1);
    unwatch();
    const calls = log.listRequests.mock.calls.length;
    log.add(2, 2);
    await requests.receive();
    expect(log.listRequests.mock.calls.length, "without a watcher, nothing is read").toBe(calls);
    await requests.show("e");
    expect(ids(requests.rows)).toEqual([2, 1]);
  });

  test("known log is not read again", async () => {
    const { log, requests } = await shownLog(1);
    const calls = log.listRequests.mock.calls.length;
    await requests.show("e");
    expect(log.listRequests.mock.calls.length).toBe(calls);
  });
});

test("older page that arrives after rows were dropped is ignored", async () => {
  const { log, requests } = await shownLog(300);
  await requests.loadOlder();
  const reading = deferred<RequestPage>();
  log.listRequests.mockReturnValueOnce(reading.promise);
  const older = requests.loadOlder();
  log.add(301, 350);
  await requests.receive();
  expect(requests.rows.length).toBe(200);
  reading.resolve({ requests: [requestFixture(100)], hasMore: false, total: 350, unlogged: 0 });
  await older;
  expect(requests.rows.at(-1)?.id, "it would leave a gap").toBe(151);
});

describe("pause", () => {
  test("paused list stays as it is and counts new requests", async () => {
    const { log, requests } = await shownLog(3);
    requests.pause();
    log.add(4, 8);
    await requests.receive();
    expect([ids(requests.rows), requests.pendingCount]).toEqual([[3, 2, 1], 5]);
    await requests.resume();
    expect([ids(requests.rows), requests.pendingCount]).toEqual([[8, 7, 6, 5, 4, 3, 2, 1], 0]);
  });

  test("older rows are read while paused", async () => {
    const { requests } = await shownLog(150);
    requests.pause();
    await requests.loadOlder();
    expect(requests.rows.length).toBe(150);
  });
});

describe("filter", () => {
  test("filter selects rows, and is kept for the environment", async () => {
    const { log, requests } = await shownLog(2);
    log.add(3, 4, { allowed: false });
    await requests.setFilter({ outcome: "denied" });
    expect([ids(requests.rows), requests.total]).toEqual([[4, 3], 2]);
    await requests.show("other");
    expect(requests.filter.outcome).toBe("all");
    await requests.show("e");
    expect([requests.filter.outcome, ids(requests.rows)]).toEqual(["denied", [4, 3]]);
    requests.forget("e");
    expect(requests.filter.outcome).toBe("all");
  });

  test("result of an earlier filter is ignored", async () => {
    const { log, requests } = await shownLog(2);
    log.add(3, 3, { allowed: false });
    const reading = deferred<RequestPage>();
    log.listRequests.mockReturnValueOnce(reading.promise);
    const first = requests.setFilter({ outcome: "allowed" });
    const second = requests.setFilter({ outcome: "denied" });
    reading.resolve({ requests: [requestFixture(1)], hasMore: false, total: 1, unlogged: 0 });
    await Promise.all([first, second]);
    expect(ids(requests.rows)).toEqual([3]);
  });

  test("filter resumes a paused list", async () => {
    const { requests } = await shownLog(2);
    requests.pause();
    await requests.setFilter({ outcome: "allowed" });
    expect(requests.isPaused).toBe(false);
  });
});

describe("failures", () => {
  test("failure is kept and the next event tries again", async () => {
    const { log, requests } = await shownLog(1);
    log.listRequests.mockRejectedValueOnce(new Error("damaged"));
    log.add(2, 2);
    await requests.receive();
    expect(requests.failure).not.toBeNull();
    expect(ids(requests.rows), "what was read stays").toEqual([1]);
    await requests.receive();
    expect([requests.failure, ids(requests.rows)]).toEqual([null, [2, 1]]);
  });

  test("list of an environment that was left is ignored", async () => {
    const log = new FakeRequestLog();
    log.add(1, 3);
    const reading = deferred<RequestPage>();
    log.listRequests.mockReturnValueOnce(reading.promise);
    const requests = new Requests(log);
    const first = requests.show("e");
    const second = requests.show("other");
    reading.resolve({ requests: [requestFixture(1)], hasMore: false, total: 1, unlogged: 0 });
    await Promise.all([first, second]);
    expect([requests.environmentId, requests.rows]).toEqual(["other", []]);
  });
});

describe("selection", () => {
  test("selected request stays when it leaves the list", async () => {
    const { log, requests } = await shownLog(1);
    requests.select(requests.rows[0] ?? null);
    log.add(2, 400);
    await requests.receive();
    await settled();
    expect(requests.selected?.id).toBe(1);
    await requests.show("other");
    expect(requests.selected).toBeNull();
  });

  test("request is selected by its id", async () => {
    const { log, requests } = await shownLog(1);
    log.add(2, 2);
    await requests.selectById(2);
    expect(requests.selected?.id).toBe(2);
  });
});

describe("summary for screen readers", () => {
  const none = { allowed: 0, denied: 0, gaps: 0 };

  test("counts are summed up", () => {
    expect(summarize(none, none)).toBeNull();
    expect(summarize(none, { allowed: 2, denied: 1, gaps: 0 })).toBe("3 requests: 2 allowed, 1 denied.");
    expect(summarize({ allowed: 2, denied: 0, gaps: 0 }, { allowed: 3, denied: 0, gaps: 0 })).toBe("1 request: 1 allowed.");
  });

  test("counts of a flood are a minimum", () => {
    expect(summarize(none, { allowed: 90, denied: 10, gaps: 1 })).toBe("More than 100 requests.");
  });
});

test("request that failed once allowed differs from an allowed one", () => {
  expect(failedAfterAllow({ allowed: true, code: "upstream_timeout" })).toBe(true);
  expect(failedAfterAllow({ allowed: true, code: "allowed" })).toBe(false);
  expect(failedAfterAllow({ allowed: false, code: "revoked" })).toBe(false);
});
