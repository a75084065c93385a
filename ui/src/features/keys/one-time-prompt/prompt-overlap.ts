/**
 * The line of the one-time prompt that says how long the old secret of a rotated key works: for the overlap, and once the
 * new one is copied, until when.
 */
import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../../app-element";
import { formatSince } from "../../../lib/format/date";
import type { Stores } from "../../../stores";
import { strings } from "../../../strings";

/** Returns the sentence about the old secret. */
export function oldSecretSentence({ prompt: { prompt }, keys }: Stores): string {
  const { overlap, ended, worksUntil } = strings.promptOfRotation;
  const seconds = prompt?.overlapSeconds ?? 0;
  if (!prompt?.copied) return overlap(seconds);
  if (seconds === 0) return ended;
  const end = keys.find(prompt.keyId)?.oldSecretEndsAt ?? null;
  return end === null ? overlap(seconds) : worksUntil(formatSince(end, Date.now()));
}

@customElement("prompt-overlap")
export class PromptOverlap extends AppElement {
  private hasReadCopied = false;

  protected override observed() {
    const { prompt, keys } = this.stores;
    return [prompt, keys];
  }

  /** The end of the old secret is known once the new one was copied. */
  protected override updated(): void {
    const { prompt, keys } = this.stores;
    if (!prompt.prompt) return;
    const { keyId, copied } = prompt.prompt;
    keys.request([keyId]);
    if (!copied || this.hasReadCopied) return;
    this.hasReadCopied = true;
    void keys.refreshSingles([keyId]);
  }

  protected override render() {
    return html`<p class="small" id="prompt-overlap">${oldSecretSentence(this.stores)}</p>`;
  }
}
