import { beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Notice } from "../host/types/Notice";
import { Notices } from "./notices";
import { deferred, noticeFixture } from "./test-fixtures";

function newHost() {
  return {
    listNotices: vi.fn<Host["listNotices"]>(async () => [noticeFixture("a"), noticeFixture("b")]),
    acknowledgeNotice: vi.fn<Host["acknowledgeNotice"]>(async () => null),
  };
}

let host: ReturnType<typeof newHost>;
let notices: Notices;

beforeEach(async () => {
  host = newHost();
  notices = new Notices(host);
  await notices.read();
});

const keyIds = () => notices.list.map(({ keyId }) => keyId);

test("acknowledged notice disappears before Rust responds", async () => {
  const response = deferred<null>();
  host.acknowledgeNotice.mockReturnValue(response.promise);
  const acknowledging = notices.acknowledge(noticeFixture("a"));
  expect(keyIds()).toEqual(["b"]);
  response.resolve(null);
  await acknowledging;
  expect(host.acknowledgeNotice).toHaveBeenCalledWith({ keyId: "a" });
});

test("read that began before does not show an acknowledged notice again", async () => {
  const older = deferred<Notice[]>();
  host.listNotices.mockReturnValueOnce(older.promise);
  const reading = notices.read();
  await notices.acknowledge(noticeFixture("a"));
  older.resolve([noticeFixture("a"), noticeFixture("b")]);
  await reading;
  expect(keyIds()).toEqual(["b"]);
});

test("rejected acknowledgement throws, and the next read shows the notice again", async () => {
  host.acknowledgeNotice.mockRejectedValue({ code: "database_busy", message: "Busy." });
  await expect(notices.acknowledge(noticeFixture("a"))).rejects.toThrow(CommandError);
  await notices.read();
  expect(keyIds()).toEqual(["a", "b"]);
});

test("notice about a key is dismissed", async () => {
  await notices.dismissKey("b");
  expect(host.acknowledgeNotice).toHaveBeenCalledWith({ keyId: "b" });
  expect(keyIds()).toEqual(["a"]);
});

test("key without a notice is ignored", async () => {
  await notices.dismissKey("other");
  expect(host.acknowledgeNotice).not.toHaveBeenCalled();
});
