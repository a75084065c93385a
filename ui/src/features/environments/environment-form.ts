/**
 * The values of an environment form. The stage is guessed from the name until it is chosen, and the prefix follows the
 * name until it is edited; Rust guesses and validates both in a preview.
 */
import { toCommandError } from "../../host/command-error";
import type { Host } from "../../host/host";
import type { Environment } from "../../host/types/Environment";
import type { EnvironmentInput } from "../../host/types/EnvironmentInput";
import type { EnvironmentPreview } from "../../host/types/EnvironmentPreview";
import type { KeyLocation } from "../../host/types/KeyLocation";
import type { Stage } from "../../host/types/Stage";
import { Store } from "../../lib/store";
import { withScheme } from "../../lib/url";

/** The delay between the last keystroke and the request for a preview. */
const DEBOUNCE_MS = 90;

export class EnvironmentForm extends Store {
  name: string;
  /** Null until it is edited: it follows the name. */
  prefix: string | null;
  isPrefixOpen = false;
  endpoint: string;
  keyLocation: KeyLocation["kind"];
  /** The name of the header that carries the key, kept while another location is chosen. */
  keyHeader: string;
  preview: EnvironmentPreview | null = null;

  /** Null creates an environment. */
  readonly environment: Environment | null;

  private readonly host: Pick<Host, "previewEnvironment">;
  private chosenStage: Stage | null;
  private latestRequest = 0;
  /** Whether the preview is missing or older than the typed text. */
  private isOutdated = true;
  private debounceTimer: ReturnType<typeof setTimeout> | undefined;

  /** Edits `environment`, or creates one whose name is `name` at first. */
  constructor(host: Pick<Host, "previewEnvironment">, environment: Environment | null = null, name = "") {
    super();
    this.host = host;
    this.environment = environment;
    const keyLocation = environment?.keyLocation ?? { kind: "default" };
    this.name = environment?.name ?? name;
    this.chosenStage = environment?.stage ?? null;
    this.prefix = environment?.prefix ?? null;
    this.endpoint = environment?.endpoint ?? "";
    this.keyLocation = keyLocation.kind;
    this.keyHeader = keyLocation.kind === "header" ? keyLocation.name : "";
    void this.loadPreview();
  }

  get stage(): Stage {
    return this.chosenStage ?? this.preview?.stage ?? "development";
  }

  /** The stage that the prefix names, if it is another one. An invalid prefix has a problem of its own. */
  get otherStage(): Stage | null {
    const { preview } = this;
    // A preview of the previous stage may still be shown.
    return preview && preview.stage === this.stage && preview.prefixProblem === null ? preview.otherStage : null;
  }

  /** Returns the values to send. A stage that was not chosen is the guess for exactly these values. */
  async submitValues(): Promise<EnvironmentInput> {
    while (this.chosenStage === null && this.isOutdated) await this.requestPreview();
    const kind = this.keyLocation;
    return {
      name: this.name,
      stage: this.stage,
      prefix: this.prefix === null ? null : this.prefix.trim(),
      endpoint: withScheme(this.endpoint) || null,
      keyLocation: kind === "header" ? { kind, name: this.keyHeader.trim() } : { kind },
    };
  }

  setName(name: string): void {
    this.name = name;
    this.schedulePreview();
  }

  setStage(stage: Stage): void {
    this.chosenStage = stage;
    void this.loadPreview();
    this.changed();
  }

  setPrefix(prefix: string): void {
    this.prefix = prefix;
    this.schedulePreview();
  }

  setEndpoint(endpoint: string): void {
    this.endpoint = endpoint;
    this.changed();
  }

  setKeyLocation(kind: KeyLocation["kind"]): void {
    this.keyLocation = kind;
    this.changed();
  }

  setKeyHeader(name: string): void {
    this.keyHeader = name;
    this.changed();
  }

  editPrefix(): void {
    this.isPrefixOpen = true;
    this.prefix ??= this.preview?.prefix ?? "";
    this.changed();
  }

  /** Cancels the pending preview; call it when the form is closed. */
  stop(): void {
    clearTimeout(this.debounceTimer);
    this.latestRequest += 1;
  }

  private schedulePreview(): void {
    this.stop();
    this.isOutdated = true;
    this.debounceTimer = setTimeout(() => void this.loadPreview(), DEBOUNCE_MS);
    this.changed();
  }

  private async loadPreview(): Promise<void> {
    try {
      await this.requestPreview();
    } catch (error) {
      if (this.preview) this.preview = { ...this.preview, prefixProblem: toCommandError(error).message };
      this.changed();
    }
  }

  /** Drops the response, or the error, if a newer request was sent. */
  private async requestPreview(): Promise<void> {
    this.stop();
    const request = this.latestRequest;
    try {
      const preview = await this.host.previewEnvironment({
        name: this.name,
        stage: this.chosenStage,
        prefix: this.prefix,
        environmentId: this.environment?.id ?? null,
      });
      if (request !== this.latestRequest) return;
      this.preview = preview;
      this.isOutdated = false;
      this.changed();
    } catch (error) {
      if (request === this.latestRequest) throw error;
    }
  }
}
