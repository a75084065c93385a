/**
 * The line of the one-time prompt with the test of the copied key: two badges and the time, a warning when they differ
 * from its permissions, or why the test failed. Its space is reserved, so the dialog never changes its size.
 */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../../app-element";
import { badge } from "../../../components/badge";
import { richText } from "../../../components/rich-text";
import { formatError } from "../../../host/command-error";
import { formatRelative } from "../../../lib/format/date";
import { formatDuration } from "../../../lib/format/number";
import { permissionMismatch, permissionResults } from "../../../stores/permission-test";
import { strings } from "../../../strings";

/** Results younger than this are shown as just now. */
const JUST_NOW_MS = 60_000;
/** How often the time is updated. */
const CLOCK_INTERVAL_MS = 15_000;

@customElement("key-check")
export class KeyCheckElement extends AppElement {
  private clockTimer: ReturnType<typeof setInterval> | undefined;
  /** The result or error that was scrolled into view. */
  private scrolledTo: unknown = null;

  protected override observed() {
    const { prompt } = this.stores;
    return [prompt, prompt.test];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.clockTimer = setInterval(() => this.requestUpdate(), CLOCK_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.clockTimer);
  }

  protected override updated(): void {
    const { result, error } = this.stores.prompt.test;
    const outcome = error ?? result;
    if (outcome === this.scrolledTo) return;
    this.scrolledTo = outcome;
    if (outcome) this.scrollIntoView({ block: "nearest" });
  }

  /** The results that differ from the key's permissions. */
  private get mismatch(): string | null {
    const { test, prompt } = this.stores.prompt;
    return test.result && permissionMismatch(test.result, prompt?.permissions ?? []);
  }

  private async retry(): Promise<void> {
    await this.stores.prompt.test.retry();
    await this.updateComplete;
    if (document.activeElement === document.body) this.emit("focus-lost"); // the pressed button is gone
  }

  private renderResult() {
    const { result, error } = this.stores.prompt.test;
    if (error) return html`<p class="small">${strings.keyTest.failed(formatError(error))}</p>`;
    if (!result) return nothing;
    const { mismatch } = this;
    if (mismatch) return html`<p class="small bad">${mismatch}</p>`;
    return permissionResults(result).map(({ allowed, text }) => html`${badge(allowed ? "ok" : "", text)} `);
  }

  private renderState() {
    const { result, error, isRunning, finishedAt } = this.stores.prompt.test;
    if (isRunning) {
      return html`<span class="key-check-busy faint small"
        ><span class="spinner" aria-hidden="true"></span>${strings.keyTest.running}</span
      >`;
    }
    if (error) {
      return html`<button type="button" class="button small-button" @click=${this.retry}>
        ${strings.keyTest.again}
      </button>`;
    }
    if (!result) return html`<span class="faint small">${strings.keyTest.before}</span>`;
    if (this.mismatch) return nothing;
    const now = Date.now();
    const time = now - finishedAt < JUST_NOW_MS ? strings.general.justNow : formatRelative(finishedAt, now);
    const duration = formatDuration(result.milliseconds);
    return html`<span class="faint small"
      ><span class="key-check-when">${richText(strings.keyTest.when, { time })}</span>${duration}</span
    >`;
  }

  protected override render() {
    const { error } = this.stores.prompt.test;
    // No white space inside: CSS hides the element while it is empty.
    return html`<div
        class="key-check-result ${error ? "failed" : ""}"
      >${this.renderResult()}</div>
      ${this.renderState()}`;
  }
}
