/** The clients whose requests were denied since a key was disabled. */
import { html } from "lit";
import { relativeTime } from "../../components/relative-time";
import type { LoggedRequest } from "../../host/types/LoggedRequest";
import { keyDetails } from "../../strings/key-details";

export interface DeniedClient {
  /** Null if the address is not known. */
  client: string | null;
  count: number;
  lastAt: number;
}

/**
 * Groups the requests of a disabled key by client, the last one first. Its requests are given newest first: those that
 * were denied for another reason, or allowed, are from the time before.
 */
export function groupByClient(requests: readonly LoggedRequest[]): DeniedClient[] {
  const first = requests.findIndex(({ code }) => code !== "disabled");
  const denied = first === -1 ? requests : requests.slice(0, first);
  const clients = new Map<string | null, DeniedClient>();
  for (const { client, at } of denied) {
    const known = clients.get(client);
    if (known) known.count += 1;
    else clients.set(client, { client, count: 1, lastAt: at });
  }
  return [...clients.values()];
}

export function deniedClients(requests: readonly LoggedRequest[], now: number) {
  const { deniedTitle, noneDenied, deniedRequests, unknownClient } = keyDetails;
  const clients = groupByClient(requests);
  return html`<section class="key-section denied-clients">
    <h3>${deniedTitle}</h3>
    ${clients.length === 0
      ? html`<p class="faint small">${noneDenied}</p>`
      : html`<ul>
          ${clients.map(
            ({ client, count, lastAt }) => html`<li>
              <span class=${client === null ? "faint" : "mono"}>${client ?? unknownClient}</span>
              <span class="refused">${deniedRequests(count)}</span>
              <span class="faint">${relativeTime(lastAt, now)}</span>
            </li>`,
          )}
        </ul>`}
  </section>`;
}
