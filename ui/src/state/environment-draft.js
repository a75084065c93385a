/**
 * The fields of an environment form: the stage is guessed from the name until it is chosen, the prefix follows the name
 * until it is changed. Rust guesses and validates; this keeps what was typed.
 */
import { toHostError } from "../host-error.js";

/** @typedef {import("../types/Stage").Stage} Stage */
/** @typedef {import("../types/Environment").Environment} Environment */
/** @typedef {import("../types/KeyLocation").KeyLocation} KeyLocation */

/** Delay after the last keystroke before the preview is requested, in milliseconds. */
const TYPING_DELAY_MS = 90;

export class EnvironmentDraft {
  /**
   * @param {Pick<typeof import("../host.js"), "previewEnvironment">} host
   * @param {() => void} changed
   * @param {Environment | null} environment the one being edited
   * @param {string} name the initial name
   */
  constructor(host, changed, environment = null, name = "") {
    this.host = host;
    this.changed = changed;
    this.environment = environment;
    this.name = environment?.name ?? name;
    /** @type {Stage | null} null: guessed */
    this.chosenStage = environment?.stage ?? null;
    /** @type {string | null} null: follows the name */
    this.prefix = environment?.prefix ?? null;
    this.prefixOpen = false;
    this.endpoint = environment?.endpoint ?? "";
    /** @type {KeyLocation["kind"]} */
    this.keyLocation = environment?.keyLocation.kind ?? "default";
    /** The name of the header that carries the key, kept while another location is chosen. */
    this.keyHeader = environment?.keyLocation.kind === "header" ? environment.keyLocation.name : "";
    /** @type {import("../types/EnvironmentPreview").EnvironmentPreview | null} */
    this.preview = null;
    this.latestRequest = 0;
    /** Whether the preview is older than the typed text. */
    this.isOutdated = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    void this.requestPreview();
  }

  /** @returns {Stage} */
  get stage() {
    return this.chosenStage ?? this.preview?.stage ?? "development";
  }

  /** Returns the fields with an up-to-date preview, however fast they were typed. */
  async settledFields() {
    if (this.isOutdated) await this.requestPreview();
    return this.fields;
  }

  /** @returns {import("../types/EnvironmentInput").EnvironmentInput} */
  get fields() {
    const kind = this.keyLocation;
    return {
      name: this.name,
      stage: this.stage,
      prefix: this.prefix === null ? null : this.prefix.trim(),
      endpoint: this.endpoint.trim() === "" ? null : this.endpoint.trim(),
      keyLocation: kind === "header" ? { kind, name: this.keyHeader.trim() } : { kind },
    };
  }

  /** @param {string} name */
  setName(name) {
    this.name = name;
    this.schedulePreview();
  }

  /** @param {Stage} stage */
  setStage(stage) {
    this.chosenStage = stage;
    void this.requestPreview();
  }

  /** @param {string} prefix */
  setPrefix(prefix) {
    this.prefix = prefix;
    this.schedulePreview();
  }

  /** @param {string} endpoint */
  setEndpoint(endpoint) {
    this.endpoint = endpoint;
    this.changed();
  }

  /** @param {KeyLocation["kind"]} kind */
  setKeyLocation(kind) {
    this.keyLocation = kind;
    this.changed();
  }

  /** @param {string} name */
  setKeyHeader(name) {
    this.keyHeader = name;
    this.changed();
  }

  openPrefix() {
    this.prefixOpen = true;
    this.prefix ??= this.preview?.prefix ?? "";
    this.changed();
  }

  schedulePreview() {
    this.isOutdated = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.requestPreview(), TYPING_DELAY_MS);
    this.changed();
  }

  /** Requests a preview; drops the response if a newer request was sent. */
  async requestPreview() {
    clearTimeout(this.timer);
    this.latestRequest += 1;
    const request = this.latestRequest;
    try {
      const preview = await this.host.previewEnvironment({
        name: this.name,
        stage: this.chosenStage,
        prefix: this.prefix,
        environmentId: this.environment?.id ?? null,
      });
      if (request === this.latestRequest) {
        this.preview = preview;
        this.isOutdated = false;
      }
    } catch (thrown) {
      if (request === this.latestRequest && this.preview) {
        this.preview = { ...this.preview, prefixProblem: toHostError(thrown).message };
      }
    }
    this.changed();
  }
}
