/** The requests that were sent to this environment during the session. An entry shows its response again. */
import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { formatTime } from "../../lib/format/date";
import { formatDuration } from "../../lib/format/number";
import type { Exchange } from "../../stores/playground";
import { playgroundTab } from "../../strings/playground";
import { statusTone } from "../requests/status";

@customElement("request-history")
export class RequestHistory extends AppElement {
  protected override observed() {
    return [this.stores.playground];
  }

  private renderExchange(exchange: Exchange) {
    const { playground } = this.stores;
    const { method, path, at, response } = exchange;
    const { status, milliseconds } = response;
    const isShown = playground.result?.id === exchange.id;
    return html`<li>
      <button
        type="button"
        aria-current=${isShown ? "true" : "false"}
        data-tooltip=${playgroundTab.historyEntry(status, method, path)}
        @click=${() => playground.restore(exchange)}
      >
        <span class="status ${statusTone(status)}"><b>${status}</b></span>
        <span class="mono truncate">${method} ${path}</span>
        <span class="faint small tabular">${formatDuration(milliseconds)}</span>
        <span class="faint small tabular">${formatTime(at)}</span>
      </button>
    </li>`;
  }

  protected override render() {
    const { history } = this.stores.playground;
    return html`<section class="card history" aria-labelledby="history-heading">
      <h2 id="history-heading">${playgroundTab.history}</h2>
      ${history.length === 0
        ? html`<p class="muted small">${playgroundTab.historyEmpty}</p>`
        : html`<ol>
            ${history.map((exchange) => this.renderExchange(exchange))}
          </ol>`}
    </section>`;
  }
}
