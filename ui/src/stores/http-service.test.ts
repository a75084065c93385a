import { expect, test, vi } from "vitest";
import type { Host } from "../host/host";
import { HttpService } from "./http-service";
import { deferred, httpServiceFixture } from "./test-fixtures";

const conflict = { port: 7878, owner: "node (pid 812)", suggestion: 7879 };

function newService() {
  const host = {
    startHttpService: vi.fn<Host["startHttpService"]>(async ({ port }) =>
      httpServiceFixture({ running: true, address: `127.0.0.1:${port ?? 7878}` }),
    ),
    stopHttpService: vi.fn<Host["stopHttpService"]>(async () => httpServiceFixture()),
  };
  const service = new HttpService(host);
  service.set(httpServiceFixture());
  return { host, service };
}

test("port conflict is kept until the service runs", async () => {
  const { host, service } = newService();
  host.startHttpService.mockResolvedValueOnce(httpServiceFixture({ conflict }));
  await service.start();
  service.set(httpServiceFixture());
  expect(service.state?.conflict, "an event must not clear the conflict").toEqual(conflict);
  await service.start(7879);
  expect(host.startHttpService).toHaveBeenLastCalledWith({ port: 7879 });
  expect(service.state).toMatchObject({ running: true, address: "127.0.0.1:7879", conflict: null });
});

test("second start is ignored while starting", async () => {
  const { host, service } = newService();
  const started = deferred<ReturnType<typeof httpServiceFixture>>();
  host.startHttpService.mockReturnValueOnce(started.promise);
  const first = service.start();
  await service.start();
  expect(host.startHttpService).toHaveBeenCalledTimes(1);
  started.resolve(httpServiceFixture({ running: true }));
  await first;
  expect(service.isBusy).toBe(false);
});

test("failed stop leaves the service running", async () => {
  const { host, service } = newService();
  await service.start();
  host.stopHttpService.mockRejectedValueOnce(new Error("The database is locked."));
  await expect(service.stop()).rejects.toThrow("The database is locked.");
  expect(service.state?.running).toBe(true);
  expect(service.isBusy, "it can be stopped again").toBe(false);
});

test("running service guards the environments whose keys it checked", () => {
  const { service } = newService();
  service.set(httpServiceFixture({ running: true, environmentIds: ["e"] }));
  expect(service.guards("e")).toBe(true);
  expect(service.guards("other")).toBe(false);
  service.set(httpServiceFixture());
  expect(service.guards("e")).toBe(false);
});
