/** Why a port cannot be used, with a button for a free one. */
import { html, nothing } from "lit";
import { icon } from "../../components/icons";
import type { PortConflict } from "../../host/types/PortConflict";
import { strings } from "../../strings";

interface Options {
  conflict: PortConflict;
  message: string;
  isBusy: boolean;
  onUse: (port: number) => void;
}

export function portConflict({ conflict: { suggestion }, message, isBusy, onUse }: Options) {
  return html`<div class="notice" role="alert">
    ${icon("warning")}
    <p>${message}</p>
    ${suggestion === null
      ? nothing
      : html`<button type="button" class="button small-button" ?disabled=${isBusy} @click=${() => onUse(suggestion)}>
          ${strings.gateway.usePort(suggestion)}
        </button>`}
  </div>`;
}
