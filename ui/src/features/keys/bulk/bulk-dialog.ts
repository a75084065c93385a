/**
 * Changes all selected keys. It shows what would change while the fields are filled in, then the progress of the change,
 * which can be canceled. Rust makes all of it or nothing.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { dismissRevoked, readChangedKeys, reportBulkChange } from "../../../commands/bulk";
import { formError } from "../../../components/field";
import { withNames } from "../../../components/user-name";
import { toCommandError } from "../../../host/command-error";
import type { BulkChange } from "../../../host/types/BulkChange";
import type { BulkPlan } from "../../../host/types/BulkPlan";
import type { BulkProgress } from "../../../host/types/BulkProgress";
import type { BulkResult } from "../../../host/types/BulkResult";
import type { Environment } from "../../../host/types/Environment";
import type { KeySelection } from "../../../host/types/KeySelection";
import { LatestRead } from "../../../lib/latest-read";
import { NameConfirmedDialog } from "../../../name-confirmed-dialog";
import type { BulkVerb } from "../../../stores/dialogs";
import { strings } from "../../../strings";
import { bulk, bulkChanges, dryRun } from "../../../strings/bulk";
import { type BulkForm, bulkForm } from "./bulk-forms";
import { renderDryRun, renderNoDryRun } from "./dry-run";

/** How long typing must pause before another plan is made. */
const PLAN_DELAY_MS = 150;
/** How long the dialog waits for its first plan, so that it appears with it, and nothing moves. */
const MAX_OPEN_DELAY_MS = 150;

const delay = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** A plan and the change that it is for. */
interface Planned {
  plan: BulkPlan;
  change: BulkChange;
  detail: string;
}

@customElement("bulk-dialog")
export class BulkDialog extends NameConfirmedDialog {
  @property({ attribute: false }) environment!: Environment;
  @property({ attribute: false }) verb!: BulkVerb;

  /** The last plan. It is shown until another one arrives. */
  @state() private planned: Planned | null = null;
  /** Whether the plan is for what is entered now, and was not used yet. */
  @state() private isCurrent = false;
  @state() private progress: BulkProgress | null = null;
  @state() private wasCanceled = false;

  private form!: BulkForm;
  /** As it was when the dialog opened: what happens to the list behind it must not change what the user confirms. */
  private selection!: KeySelection;
  private selectedCount = 0;
  private readonly plans = new LatestRead();
  private planTimer: ReturnType<typeof setTimeout> | undefined;

  /** An element that was loaded after it was inserted has no properties before. */
  protected override willUpdate(): void {
    if (this.hasUpdated) return;
    const { selected } = this.stores.keys.list(this.environment.id);
    this.selection = selected.query;
    this.selectedCount = selected.count;
    this.form = bulkForm(this.verb, this.environment, () => this.onFormChange());
  }

  protected override firstUpdated(): void {
    void this.openWithPlan();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.planTimer);
    this.plans.cancel("");
  }

  private async openWithPlan(): Promise<void> {
    await Promise.race([this.makePlan(), delay(MAX_OPEN_DELAY_MS)]);
    await this.updateComplete;
    if (this.isConnected) super.firstUpdated();
  }

  private onFormChange(): void {
    this.plans.cancel("");
    this.isCurrent = false;
    this.wasCanceled = false;
    this.error = null;
    clearTimeout(this.planTimer);
    if (this.form.change()) this.planTimer = setTimeout(() => void this.makePlan(), PLAN_DELAY_MS);
    else this.planned = null;
    this.requestUpdate();
  }

  /** Never fails: the error is shown. */
  private makePlan(): Promise<void> {
    const change = this.form.change();
    this.isCurrent = false;
    if (!change) return Promise.resolve();
    const { stores, environment, selection } = this;
    return this.plans.run(
      "",
      () => stores.host.planBulkChange({ environmentId: environment.id, selection, change }),
      (plan) => {
        this.planned = { plan, change, detail: this.form.detail(plan) };
        this.isCurrent = true;
      },
      (error) => {
        this.planned = null;
        this.error = toCommandError(error);
      },
    );
  }

  private async apply(): Promise<void> {
    const { planned, stores, environment } = this;
    if (!planned || !this.isReady) return;
    this.isCurrent = false;
    this.wasCanceled = false;
    this.progress = { done: 0, total: planned.plan.changed };
    const applied = await this.submit(() => this.applyPlan(planned.plan));
    this.progress = null;
    if (!applied?.value) {
      this.wasCanceled = applied !== null;
      await this.makePlan(); // a plan is used once
      await this.updateComplete;
      // The button was disabled until now, so it has lost the focus.
      if (document.activeElement === document.body) this.querySelector<HTMLElement>("footer button:last-child")?.focus();
      return;
    }
    const { changed } = applied.value;
    stores.keys.list(environment.id).selected.clear();
    this.close();
    const { change, detail } = planned;
    reportBulkChange(stores, environment.id, applied.value, bulkChanges[change.kind](detail).done(changed));
    if (change.kind === "revoke") await dismissRevoked(stores, environment.id);
  }

  /** Returns null if it was canceled. */
  private async applyPlan({ id: planId }: BulkPlan): Promise<BulkResult | null> {
    const { stores, environment, confirmation } = this;
    try {
      const result = await stores.host.applyBulkChange({ planId, confirmation }, (progress) => {
        if (this.progress) this.progress = progress;
      });
      await readChangedKeys(stores, environment.id);
      return result;
    } catch (error) {
      if (toCommandError(error).code === "canceled") return null;
      throw error;
    }
  }

  /** Cancels the change while it is made. */
  protected override dismiss(): void {
    if (!this.isBusy) this.close();
    else if (this.planned) void this.cancelChange(this.planned.plan);
  }

  private async cancelChange({ id: planId }: BulkPlan): Promise<void> {
    try {
      await this.stores.host.cancelBulkChange({ planId });
    } catch (error) {
      this.stores.toasts.error(toCommandError(error));
    }
  }

  /** The name that must be typed, if one must be. */
  private get nameToType(): string {
    return this.planned?.plan.requiredName ?? this.environment.name;
  }

  private get isReady(): boolean {
    const changed = this.planned?.plan.changed ?? 0;
    return this.isCurrent && changed > 0 && !this.isBusy && this.isNameConfirmed(this.nameToType);
  }

  private renderResult() {
    const { planned } = this;
    if (planned) return renderDryRun({ ...planned, kind: planned.change.kind, isOutdated: !this.isCurrent });
    return renderNoDryRun(this.error || !this.form.change() ? "" : dryRun.loading);
  }

  private renderProgress() {
    if (this.wasCanceled) return html`<p class="bulk-progress small muted" role="status">${dryRun.canceled}</p>`;
    if (!this.progress) return nothing;
    const { done, total } = this.progress;
    return html`<div class="bulk-progress">
      <progress max=${total} value=${done} aria-label=${dryRun.applying}></progress>
      <span class="small muted tabular">${dryRun.progress(done, total)}</span>
    </div>`;
  }

  private get action(): string {
    const { planned } = this;
    const kind = planned?.change.kind ?? this.form.change()?.kind;
    if (!kind) return bulk.incompleteActions[this.verb] ?? "";
    return bulkChanges[kind](planned?.detail ?? "").action(planned ? planned.plan.changed : null);
  }

  protected override render() {
    const { environment, verb, form, error } = this;
    const isRevocation = verb === "revoke";
    this.requireName((isRevocation && environment.stage === "production") || !!this.planned?.plan.requiredName);
    return this.renderDialog({
      title: bulk.commands[verb](this.selectedCount),
      about: withNames(strings.general.environmentPath, environment.projectName, environment.name),
      ...(isRevocation ? { role: "alertdialog" } : {}),
      onSubmit: () => void this.apply(),
      // Before fields that do not change what happens, and after those that do.
      body: html`${isRevocation ? html`<p>${bulk.revokeAbout}</p>${this.renderResult()}` : nothing}
      ${form.render(error)} ${isRevocation ? nothing : this.renderResult()} ${this.renderName(this.nameToType)}
      ${formError(error, [...form.fields, ...this.confirmationFields])}`,
      footer: html`${this.renderProgress()}
        <button type="button" class="button" @click=${() => this.dismiss()}>${strings.general.cancel}</button
        ><button
          class="button ${isRevocation ? "destructive" : "primary"}"
          ?autofocus=${verb === "enable"}
          ?disabled=${!this.isReady}
          data-busy=${this.isBusy}
        >
          ${this.action}
        </button>`,
    });
  }
}
