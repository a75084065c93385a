import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import { ListStore } from "./list-store";

/** The keys in the system keychain, by environment: those that the Playground can send. */
export class SavedKeys extends ListStore<Key> {
  readonly byEnvironment = this.lists;

  private readonly host: Pick<Host, "listKeys">;

  constructor(host: Pick<Host, "listKeys">) {
    super();
    this.host = host;
  }

  protected override async list(environmentId: string): Promise<Key[]> {
    const query = { filter: "in_keychain", search: "", sort: "name", descending: false, offset: 0, limit: null } as const;
    return (await this.host.listKeys({ environmentId, query })).keys;
  }
}
