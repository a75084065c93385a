import { expect, test, vi } from "vitest";
import type { Host } from "../host/host";
import { KeyRequests, MAX_KEY_REQUESTS } from "./key-requests";
import { requestFixture } from "./test-fixtures";

function watchedRequests() {
  const listRequests = vi.fn<Host["listRequests"]>(async ({ query }) => ({
    requests: [requestFixture(1, { keyId: query.keyId ?? null })],
    hasMore: false,
    total: 1,
    unlogged: 0,
  }));
  const requests = new KeyRequests({ listRequests });
  return { requests, listRequests, unwatch: requests.watch() };
}

test("requests of the shown key are read once", async () => {
  const { requests, listRequests } = watchedRequests();
  await requests.show("e", "k");
  await requests.show("e", "k");
  expect(listRequests.mock.calls).toEqual([[{ environmentId: "e", query: { keyId: "k", limit: MAX_KEY_REQUESTS } }]]);
  expect(requests.rows?.map(({ keyId }) => keyId)).toEqual(["k"]);
});

test("new requests are read while they are watched", async () => {
  const { requests, listRequests, unwatch } = watchedRequests();
  await requests.show("e", "k");
  await requests.receive();
  expect(listRequests).toHaveBeenCalledTimes(2);
  unwatch();
  await requests.receive();
  expect(listRequests).toHaveBeenCalledTimes(2);
});

test("requests that came in while nothing was shown are read when the key is shown again", async () => {
  const { requests, listRequests, unwatch } = watchedRequests();
  await requests.show("e", "k");
  unwatch();
  await requests.show("e", "k"); // the last update of an element that was removed
  await requests.receive();
  requests.watch();
  await requests.show("e", "k");
  expect(listRequests).toHaveBeenCalledTimes(2);
});

test("requests that come in during a read are read after it", async () => {
  const { requests, listRequests } = watchedRequests();
  await requests.show("e", "k");
  await Promise.all([requests.receive(), requests.receive(), requests.receive()]);
  expect(listRequests).toHaveBeenCalledTimes(3);
});

test("failed read leaves the requests unknown", async () => {
  const { requests, listRequests } = watchedRequests();
  listRequests.mockRejectedValueOnce(new Error("damaged"));
  await requests.show("e", "k");
  expect(requests.rows).toBeNull();
});
