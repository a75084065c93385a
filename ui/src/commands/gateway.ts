/** What the user can do with the gateway of an environment. */
import { toCommandError } from "../host/command-error";
import type { Environment } from "../host/types/Environment";
import { gatewayHref } from "../routes";
import type { Stores } from "../stores";
import { strings } from "../strings";
import type { Command, CommandContext } from "./command";

/** Starts a gateway. Without an upstream, or if its port is in use, opens the Gateway tab, which says what to do. */
export async function startGateway(stores: Stores, { projectId, id }: Environment): Promise<void> {
  const { gateways, navigation, toasts } = stores;
  try {
    if (!gateways.byEnvironment.has(id)) await gateways.read(id);
    if (gateways.hasUpstream(id)) {
      const gateway = await gateways.start(id);
      if (!gateway?.conflict) return;
    }
    await navigation.go(gatewayHref(projectId, id));
    await elementsRendered();
    document.querySelector<HTMLElement>("gateway-state .notice button, gateway-endpoint input")?.focus();
  } catch (error) {
    toasts.error(toCommandError(error));
  }
}

export async function stopGateway({ gateways, toasts }: Stores, { id }: Environment): Promise<void> {
  try {
    await gateways.stop(id);
  } catch (error) {
    toasts.error(toCommandError(error));
  }
}

/** Waits until the elements have rendered the changes, which they do in microtasks. */
const elementsRendered = () => new Promise<void>((resolve) => setTimeout(resolve));

const isRunning = ({ stores, environment }: CommandContext): boolean =>
  environment !== null && stores.gateways.running.has(environment.id);

export const gatewayCommands: readonly Command[] = [
  {
    id: "gateway.start",
    title: ({ environment }) => strings.commands.startGateway(environment?.name ?? ""),
    menuTitle: strings.general.startGateway,
    icon: "play",
    when: (context) => context.environment !== null && !isRunning(context),
    run: ({ stores, environment }) => environment && startGateway(stores, environment),
  },
  {
    id: "gateway.stop",
    title: ({ environment }) => strings.commands.stopGateway(environment?.name ?? ""),
    menuTitle: strings.gateway.stop,
    icon: "pause",
    when: isRunning,
    run: ({ stores, environment }) => environment && stopGateway(stores, environment),
  },
];
