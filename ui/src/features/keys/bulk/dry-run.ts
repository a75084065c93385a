/** What a change of many keys would do, before it is made. */
import { html, nothing } from "lit";
import { icon } from "../../../components/icons";
import { relativeTime } from "../../../components/relative-time";
import { richText } from "../../../components/rich-text";
import { userName, withNames } from "../../../components/user-name";
import type { BulkChange } from "../../../host/types/BulkChange";
import type { BulkPlan } from "../../../host/types/BulkPlan";
import { bulkChanges, dryRun } from "../../../strings/bulk";

export interface DryRun {
  plan: BulkPlan;
  kind: BulkChange["kind"];
  /** The pause, the expiry, the tag or the owner. */
  detail: string;
  /** Whether another plan is being made. */
  isOutdated: boolean;
}

function summary({ plan, kind, detail }: DryRun) {
  const { changed, unchanged, unavailable } = plan;
  // An empty detail is none, not a name.
  const sentences = (count: (texts: ReturnType<(typeof bulkChanges)[typeof kind]>) => string) =>
    detail === "" ? count(bulkChanges[kind]("")) : withNames((name) => count(bulkChanges[kind](name)), detail);
  return html`${changed === 0 ? dryRun.none : sentences(({ planned }) => planned(changed))}
  ${unchanged === 0 ? nothing : sentences((texts) => texts.unchanged(unchanged))}
  ${unavailable === 0 ? nothing : dryRun.ended(unavailable)}`;
}

function recentUse({ recentlyUsed }: BulkPlan, count: number, now: number) {
  const more = count - recentlyUsed.length;
  return html`<div class="recent-use">
    ${icon("warning")}
    <ul>
      ${recentlyUsed.map(({ name, lastUsedAt }) => {
        const parts = { name: html`<b>${userName(name)}</b>`, time: relativeTime(lastUsedAt, now) };
        return html`<li>${richText(dryRun.recentlyUsed, parts)}</li>`;
      })}
      ${more > 0 ? html`<li>${dryRun.moreUsed(more)}</li>` : nothing}
    </ul>
  </div>`;
}

/** The use counts cannot be read: unknown uses must not look like no use. */
const unknownUse = () =>
  html`<div class="recent-use">
    ${icon("warning")}
    <p>${dryRun.unknownUse}</p>
  </div>`;

function names({ names: first, changed }: BulkPlan) {
  if (first.length === 0) return nothing;
  const list = first.map((name, index) => html`${index === 0 ? nothing : ", "}${userName(name)}`);
  const more = changed - first.length;
  return html`<p class="muted small">${list}${more > 0 ? html` ${dryRun.moreNames(more)}` : nothing}</p>`;
}

export function renderDryRun(parts: DryRun) {
  const { plan, isOutdated } = parts;
  const { changed, recentlyUsedCount: used } = plan;
  return html`<div class="dry-run" aria-busy=${isOutdated ? "true" : "false"}>
    <p role="status">${summary(parts)}</p>
    ${names(plan)} ${used ? recentUse(plan, used, Date.now()) : nothing}
    ${used === null && changed > 0 ? unknownUse() : nothing}
  </div>`;
}

/** Renders a text in its place while there is none. */
export const renderNoDryRun = (text: string) =>
  html`<div class="dry-run"><p role="status" class="muted">${text}</p></div>`;
