/** What happened to a key, newest first. It is read when it is opened, and again when the key changes. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { errorBanner } from "../../components/field";
import { icon } from "../../components/icons";
import { type CommandError, toCommandError } from "../../host/command-error";
import type { FieldChange } from "../../host/types/FieldChange";
import type { Key } from "../../host/types/Key";
import type { KeyEvent } from "../../host/types/KeyEvent";
import { formatDateTime, formatMinute } from "../../lib/format/date";
import { LatestRead } from "../../lib/latest-read";
import { keyHistory } from "../../strings/key-details";
import { describeActor, describeEvent, describeValue, fieldLabel } from "./key-event-text";

@customElement("key-history")
export class KeyHistory extends AppElement {
  @property({ attribute: false }) key!: Key;

  @state() private isOpen = false;
  @state() private events: KeyEvent[] | null = null;
  @state() private error: CommandError | null = null;

  private readonly reads = new LatestRead();
  private readKeyId = "";
  private readRevision = "";

  /** Changes with everything that the history records, such as a rotation and its prompt, but not when the key is used. */
  private get revision(): string {
    const { lastUsedAt: _, lastClient: __, allowed: ___, denied: ____, ...recorded } = this.key;
    return JSON.stringify([recorded, this.stores.prompt.isOpen]);
  }

  protected override observed() {
    return [this.stores.prompt];
  }

  protected override willUpdate(): void {
    if (this.readKeyId !== this.key.id) {
      this.readKeyId = this.key.id;
      this.readRevision = "";
      this.events = null;
      this.error = null;
      this.reads.cancel("history");
    }
    if (this.isOpen && this.readRevision !== this.revision) void this.read();
  }

  private async read(): Promise<void> {
    const { id: keyId } = this.key;
    this.readRevision = this.revision;
    await this.reads.run(
      "history",
      () => this.stores.host.keyHistory({ keyId }),
      (events) => {
        this.events = events;
        this.error = null;
      },
      (error) => (this.error = toCommandError(error)),
    );
  }

  private renderChange({ field, before, after }: FieldChange) {
    const { before: beforeLabel, after: afterLabel } = keyHistory;
    return html`<li>
      <span class="muted">${fieldLabel(field)}</span>
      <span class="change"
        ><span class="visually-hidden">${beforeLabel}</span><bdi>${describeValue(field, before)}</bdi>${icon("arrow")}<span
          class="visually-hidden"
          >${afterLabel}</span
        ><bdi>${describeValue(field, after)}</bdi></span
      >
    </li>`;
  }

  private renderEvent(event: KeyEvent) {
    return html`<li>
      <p class="event-line">
        <b>${describeEvent(event)}</b><span class="faint">${describeActor(event.actor)}</span>
      </p>
      <time class="faint" data-tooltip=${formatDateTime(event.at)} datetime=${new Date(event.at).toISOString()}
        >${formatMinute(event.at)}</time
      >
      ${event.changes.length === 0
        ? nothing
        : html`<ul class="event-changes">${event.changes.map((change) => this.renderChange(change))}</ul>`}
    </li>`;
  }

  private renderEvents() {
    const { events, error } = this;
    if (error) return errorBanner(error);
    if (!events) return html`<div class="progress" role="progressbar" aria-label=${keyHistory.loading}></div>`;
    if (events.length === 0) return html`<p class="faint small">${keyHistory.empty}</p>`;
    return html`<ol>${events.map((event) => this.renderEvent(event))}</ol>`;
  }

  protected override render() {
    const onToggle = (event: Event) => (this.isOpen = (event.currentTarget as HTMLDetailsElement).open);
    return html`<details class="more key-section" .open=${this.isOpen} @toggle=${onToggle}>
      <summary>${icon("chevron")}<h3>${keyHistory.title}</h3></summary>
      ${this.isOpen ? this.renderEvents() : nothing}
    </details>`;
  }
}
