import { vi } from "vitest";
import type { Host } from "../host/host";
import type { LoggedRequest } from "../host/types/LoggedRequest";
import { requestFixture } from "./test-fixtures";

/** A request log in memory, for tests: by environment, newest first. */
export class FakeRequestLog {
  readonly byEnvironment = new Map<string, LoggedRequest[]>();
  unlogged = 0;

  /** Adds requests with the ids from `first` to `last`. */
  add(first: number, last: number, fields: Partial<LoggedRequest> = {}, environmentId = "e"): void {
    const added = Array.from({ length: last - first + 1 }, (_, index) => requestFixture(last - index, fields));
    this.byEnvironment.set(environmentId, [...added, ...(this.byEnvironment.get(environmentId) ?? [])]);
  }

  readonly listRequests = vi.fn<Host["listRequests"]>(async ({ environmentId, query }) => {
    const { after = 0, before = Infinity, limit = 100, allowed } = query;
    const all = (this.byEnvironment.get(environmentId) ?? []).filter(
      (request) => allowed === undefined || request.allowed === allowed,
    );
    const inRange = all.filter(({ id }) => id > after && id < before);
    const requests = after === 0 ? inRange.slice(0, limit) : inRange.slice(-limit);
    return { requests, hasMore: inRange.length > limit, total: all.length, unlogged: this.unlogged };
  });

  readonly listRequestKeys = vi.fn<Host["listRequestKeys"]>(async () => [{ id: "k", name: "ci-writer" }]);
}
