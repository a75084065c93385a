import type { Host } from "../../host/host";
import type { FoundKey } from "../../host/types/FoundKey";
import type { IdentifiedKey } from "../../host/types/IdentifiedKey";
import { LatestRead } from "../../lib/latest-read";
import { Store } from "../../lib/store";

/** The delay between the last keystroke and the search. */
const DEBOUNCE_MS = 60;
/** The most characters of a pasted text that are sent to Rust. */
const MAX_TEXT = 64 * 1024;

/** What is known about a pasted text, which itself is not kept. */
export type Pasted = { state: "reading" } | { state: "read"; identified: IdentifiedKey | null };

/** Finds keys of all projects by a typed search or in a pasted text. */
export class KeySearch extends Store {
  found: FoundKey[] = [];
  isSearching = false;
  pasted: Pasted | null = null;

  private readonly host: Pick<Host, "searchKeys" | "identifyText">;
  private readonly reads = new LatestRead();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Pick<Host, "searchKeys" | "identifyText">) {
    super();
    this.host = host;
  }

  /** Searches a little later, unless the search changes again. */
  search(text: string): void {
    this.stop();
    this.pasted = null;
    this.isSearching = text.trim() !== "";
    if (!this.isSearching) this.found = [];
    else this.timer = setTimeout(() => void this.searchNow(text), DEBOUNCE_MS);
    this.changed();
  }

  /** Finds the key of a pasted text. Returns null if the text mentions none. */
  async identify(text: string): Promise<IdentifiedKey | null> {
    this.stop();
    this.found = [];
    this.isSearching = false;
    this.pasted = { state: "reading" };
    this.changed();
    let result: IdentifiedKey | null = null;
    await this.reads.run(
      "keys",
      () => this.host.identifyText({ text: text.slice(0, MAX_TEXT) }),
      (identified) => {
        result = identified;
        this.pasted = { state: "read", identified };
      },
      () => {
        this.pasted = null;
      },
    );
    this.changed();
    return result;
  }

  /** Cancels what was started. */
  stop(): void {
    clearTimeout(this.timer);
    this.reads.cancel("keys");
  }

  private searchNow(text: string): Promise<void> {
    const show = (found: FoundKey[]) => {
      this.found = found;
      this.isSearching = false;
      this.changed();
    };
    return this.reads.run("keys", () => this.host.searchKeys({ text }), show, () => show([]));
  }
}

/**
 * Whether a pasted text may be a key or a log line, which must not be shown. Anything else that is pasted is a search:
 * short, in one line, and without a word as long as the id of a key.
 */
export const mayContainKey = (text: string): boolean =>
  text.length > 60 || /[\r\n]/.test(text.trim()) || /[A-Za-z0-9]{12}/.test(text);
