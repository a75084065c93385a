/** What the user can do with the HTTP service. */
import { CommandError, toCommandError } from "../host/command-error";
import type { Stores } from "../stores";
import { strings } from "../strings";
import type { Command } from "./command";

/** Starts the service on its port. If that is in use, a message says so. */
export async function startHttpService({ httpService, toasts }: Stores): Promise<void> {
  try {
    await httpService.start();
    const conflict = httpService.state?.conflict;
    if (!conflict) return;
    const message = strings.gateway.portInUse(conflict.port, conflict.owner);
    toasts.error(new CommandError("port_in_use", message, strings.httpService.stopProgram));
  } catch (error) {
    toasts.error(toCommandError(error));
  }
}

export async function stopHttpService({ httpService, toasts }: Stores): Promise<void> {
  try {
    await httpService.stop();
  } catch (error) {
    toasts.error(toCommandError(error));
  }
}

export const httpServiceCommands: readonly Command[] = [
  {
    id: "http-service.start",
    title: () => strings.commands.startHttpService,
    icon: "play",
    when: ({ stores }) => stores.httpService.state?.running === false,
    run: ({ stores }) => startHttpService(stores),
  },
  {
    id: "http-service.stop",
    title: () => strings.commands.stopHttpService,
    icon: "pause",
    when: ({ stores }) => stores.httpService.state?.running === true,
    run: ({ stores }) => stopHttpService(stores),
  },
];
