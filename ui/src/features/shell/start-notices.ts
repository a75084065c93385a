/** Notices at the start: keys whose prompt ended without Close, and the gateways and HTTP service that ran when Keystile quit. */
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import { startHttpService } from "../../commands/http-service";
import { acknowledgeNotice, createKeyAgain, revokeNoticedKey, rotateNoticedKey } from "../../commands/notice";
import { icon } from "../../components/icons";
import { richText } from "../../components/rich-text";
import { userName } from "../../components/user-name";
import { toCommandError } from "../../host/command-error";
import type { Notice } from "../../host/types/Notice";
import type { NoticeKind } from "../../host/types/NoticeKind";
import type { RestorableGateway } from "../../host/types/RestorableGateway";
import { restoreFocus } from "../../lib/focus";
import type { Store } from "../../lib/store";
import { gatewayHref } from "../../routes";
import { visibleRestorable } from "../../stores/gateways";
import { strings } from "../../strings";

const SENTENCES: Readonly<Record<NoticeKind, string>> = {
  unclaimed: strings.notices.neverCopied,
  unclosed: strings.notices.neverClosed,
  rotation_unclaimed: strings.notices.rotationNotCopied,
};

@customElement("start-notices")
export class StartNotices extends AppElement {
  /** The key that is being created again. */
  @state() private busyKeyId: string | null = null;

  protected override observed(): Store[] {
    const { notices, gateways, httpService, navigation } = this.stores;
    return [notices, gateways, httpService, navigation];
  }

  private async createAgain(notice: Notice): Promise<void> {
    this.busyKeyId = notice.keyId;
    await createKeyAgain(this.stores, notice);
    this.busyKeyId = null;
  }

  private async dismiss(notice: Notice): Promise<void> {
    await acknowledgeNotice(this.stores, notice);
    await this.restoreFocus(".notice button");
  }

  /** On a port conflict, opens the Gateway tab. */
  private restart({ environmentId, projectId }: RestorableGateway): Promise<void> {
    return this.resolve(async () => {
      const gateway = await this.stores.gateways.start(environmentId);
      if (gateway?.conflict) void this.stores.navigation.go(gatewayHref(projectId, environmentId));
    });
  }

  private keepStopped({ environmentId }: RestorableGateway): Promise<void> {
    return this.resolve(() => this.stores.gateways.stop(environmentId));
  }

  private async resolve(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.stores.toasts.error(toCommandError(error));
    }
    await this.restoreFocus(".offer button");
  }

  /** If the focused notice is gone, focuses another one, or the page. */
  private async restoreFocus(selector: string): Promise<void> {
    await this.updateComplete;
    if (document.activeElement === document.body) this.querySelector<HTMLElement>(selector)?.focus();
    restoreFocus(document);
  }

  private renderNotice(notice: Notice) {
    const sentence = SENTENCES[notice.kind];
    const path = strings.general.environmentPath(notice.projectName, notice.environmentName);
    return html`<div class="notice">
      ${icon("warning")}
      <p>${richText(sentence, { name: html`<b>${userName(notice.name)}</b>`, path })}</p>
      ${this.renderAction(notice)}
      <button
        type="button"
        class="icon-button"
        aria-label=${strings.notices.dismiss(notice.name)}
        @click=${() => this.dismiss(notice)}
      >
        ${icon("close")}
      </button>
    </div>`;
  }

  private renderAction(notice: Notice) {
    if (notice.kind === "unclaimed") return this.renderCreateAgain(notice);
    return notice.kind === "unclosed" ? this.renderRevoke(notice) : this.renderRotate(notice);
  }

  private renderRotate(notice: Notice) {
    return html`<button
      type="button"
      class="button small-button"
      @click=${() => rotateNoticedKey(this.stores, notice)}
    >
      ${strings.keys.rotate}
    </button>`;
  }

  private renderCreateAgain(notice: Notice) {
    return html`<button
      type="button"
      class="button small-button"
      ?disabled=${this.busyKeyId !== null}
      data-busy=${this.busyKeyId === notice.keyId}
      @click=${() => this.createAgain(notice)}
    >
      ${strings.general.createAgain}
    </button>`;
  }

  private renderRevoke(notice: Notice) {
    return html`<button
      type="button"
      class="button small-button danger-outline"
      @click=${() => revokeNoticedKey(this.stores, notice)}
    >
      ${strings.general.revoke}
    </button>`;
  }

  private renderRestorable(gateway: RestorableGateway) {
    const { environmentId, environmentName, projectId, projectName, address } = gateway;
    const { gateways, navigation } = this.stores;
    const isBusy = gateways.busy.has(environmentId);
    const isHere = projectId === navigation.project?.id;
    const name = isHere ? environmentName : strings.general.environmentPath(projectName, environmentName);
    return html`<div class="notice offer">
      ${icon("gateway")}
      <p id="offer-${environmentId}">
        ${richText(strings.notices.gatewayOffer, {
          environment: html`<b>${userName(name)}</b>`,
          address: html`<code>${address}</code>`,
        })}
      </p>
      <button
        type="button"
        class="button small-button"
        aria-describedby="offer-${environmentId}"
        ?disabled=${isBusy}
        data-busy=${isBusy}
        @click=${() => this.restart(gateway)}
      >
        ${strings.notices.restart}
      </button>
      <button
        type="button"
        class="button small-button"
        aria-describedby="offer-${environmentId}"
        ?disabled=${isBusy}
        @click=${() => this.keepStopped(gateway)}
      >
        ${strings.notices.notNow}
      </button>
    </div>`;
  }

  private renderHttpService(address: string) {
    const { httpService } = this.stores;
    const { isBusy } = httpService;
    return html`<div class="notice offer">
      ${icon("gateway")}
      <p id="offer-http-service">
        ${richText(strings.notices.httpServiceOffer, { address: html`<code>${address}</code>` })}
      </p>
      <button
        type="button"
        class="button small-button"
        aria-describedby="offer-http-service"
        ?disabled=${isBusy}
        data-busy=${isBusy}
        @click=${() => this.resolve(() => startHttpService(this.stores))}
      >
        ${strings.notices.restart}
      </button>
      <button
        type="button"
        class="button small-button"
        aria-describedby="offer-http-service"
        ?disabled=${isBusy}
        @click=${() => this.resolve(() => httpService.stop())}
      >
        ${strings.notices.notNow}
      </button>
    </div>`;
  }

  protected override render() {
    const { notices, gateways, httpService } = this.stores;
    const service = httpService.state?.restorable ? httpService.state : null;
    if (notices.list.length === 0 && gateways.restorable.length === 0 && !service) return nothing;
    const { first, more } = visibleRestorable(gateways.restorable);
    return html`<section class="notices" aria-label=${strings.notices.label}>
      ${notices.list.map((notice) => this.renderNotice(notice))}
      ${repeat(
        first,
        ({ environmentId }) => environmentId,
        (gateway) => this.renderRestorable(gateway),
      )}
      ${service ? this.renderHttpService(service.address) : nothing}
      ${more > 0 ? html`<p class="small muted">${strings.notices.more(more)}</p>` : nothing}
    </section>`;
  }
}
