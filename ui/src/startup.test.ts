import { expect, test } from "vitest";
import { Store } from "./lib/store";
import { until } from "./startup";

class Counter extends Store {
  count = 0;

  increment(): void {
    this.count += 1;
    this.changed();
  }
}

/** Returns whether a promise is settled, after all pending microtasks. */
const isSettled = async (promise: Promise<void>): Promise<boolean> => {
  let settled = false;
  void promise.then(() => (settled = true));
  await new Promise((resolve) => setTimeout(resolve));
  return settled;
};

test("until resolves after the change that fulfills the condition", async () => {
  const counter = new Counter();
  const other = new Counter();
  const reached = until([other, counter], () => counter.count === 2);
  expect(await isSettled(reached)).toBe(false);
  counter.increment();
  expect(await isSettled(reached)).toBe(false);
  counter.increment();
  expect(await isSettled(reached)).toBe(true);
});

test("until resolves immediately if the condition holds already", async () => {
  expect(await isSettled(until([new Counter()], () => true))).toBe(true);
});

test("until checks nothing after it has resolved", async () => {
  const counter = new Counter();
  let checks = 0;
  await until([counter], () => (checks += 1) > 0);
  counter.increment();
  expect(checks).toBe(1);
});
