import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import { ListStore } from "./list-store";

/** The keys that are shown on the Overview. */
const MAX_KEYS = 5;

/** The usable keys that expire next, by environment, and how many there are within 30 days. */
export class ExpiringKeys extends ListStore<Key> {
  readonly byEnvironment: ReadonlyMap<string, Key[]> = this.lists;
  readonly counts = new Map<string, number>();

  private readonly host: Pick<Host, "listKeys">;

  constructor(host: Pick<Host, "listKeys">) {
    super();
    this.host = host;
  }

  protected override async list(environmentId: string): Promise<Key[]> {
    const query = {
      filter: "expiring",
      search: "",
      sort: "expiry",
      descending: false,
      offset: 0,
      limit: MAX_KEYS,
    } as const;
    const { keys, total } = await this.host.listKeys({ environmentId, query });
    if (this.counts.get(environmentId) !== total) {
      this.counts.set(environmentId, total);
      this.changed();
    }
    return keys;
  }
}
