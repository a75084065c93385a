import { beforeEach, expect, test } from "vitest";
import { deferred } from "../stores/test-fixtures";
import { LatestRead } from "./latest-read";

let reads: LatestRead;
let applied: string[];
let failed: unknown[];

beforeEach(() => {
  reads = new LatestRead();
  applied = [];
  failed = [];
});

const run = (id: string, promise: Promise<string>) =>
  reads.run(
    id,
    () => promise,
    (value) => applied.push(value),
    (error) => failed.push(error),
  );

test("older result that arrives later is ignored", async () => {
  const [older, newer] = [deferred<string>(), deferred<string>()];
  const runs = [run("a", older.promise), run("a", newer.promise)];
  newer.resolve("new");
  await runs[1];
  older.resolve("old");
  await runs[0];
  expect(applied).toEqual(["new"]);
});

test("older read waits for the latest one", async () => {
  const [older, newer] = [deferred<string>(), deferred<string>()];
  const first = run("a", older.promise);
  void run("a", newer.promise);
  older.resolve("old");
  newer.resolve("new");
  await first;
  expect(applied, "a caller that waits for a read needs its data").toEqual(["new"]);
});

test("older error is ignored", async () => {
  const older = deferred<string>();
  const first = run("a", older.promise);
  await run("a", Promise.resolve("new"));
  older.reject(new Error("old"));
  await first;
  expect([applied, failed]).toEqual([["new"], []]);
});

test("reads of different ids do not affect each other", async () => {
  const other = deferred<string>();
  const first = run("a", other.promise);
  await run("b", Promise.resolve("b"));
  other.resolve("a");
  await first;
  expect(applied).toEqual(["b", "a"]);
});

test("canceled read has no effect", async () => {
  const read = deferred<string>();
  const canceled = run("a", read.promise);
  expect(reads.isRunning("a")).toBe(true);
  reads.cancel("a");
  expect(reads.isRunning("a")).toBe(false);
  read.resolve("old");
  await canceled;
  expect(applied).toEqual([]);
});

test("handled error can be thrown again", async () => {
  const read = reads.run(
    "a",
    () => Promise.reject(new Error("busy")),
    () => {},
    (error) => {
      throw error;
    },
  );
  await expect(read).rejects.toThrow("busy");
});
