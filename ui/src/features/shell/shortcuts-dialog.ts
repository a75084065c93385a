/** Lists the keyboard shortcuts. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { ModalDialog } from "../../modal-dialog";
import { strings } from "../../strings";

/** Whether the system uses Cmd in place of Ctrl. */
const isApple = /Mac/.test(navigator.userAgent);

@customElement("shortcuts-dialog")
export class ShortcutsDialog extends ModalDialog {
  protected override render() {
    const { singleKeys } = this.stores.session.settings;
    const { keys: keyNames, ...actions } = strings.shortcuts;
    const rows = [
      ...(singleKeys
        ? [
            { keys: "/", action: actions.search },
            { keys: "n", action: actions.create },
            { keys: "?", action: actions.show },
          ]
        : []),
      { keys: isApple ? keyNames.sendOnMac : keyNames.send, action: actions.send },
      { keys: keyNames.leave, action: actions.leave },
      { keys: isApple ? keyNames.quitOnMac : keyNames.quit, action: actions.quit },
    ];
    return this.renderDialog({
      title: strings.shortcuts.title,
      onSubmit: () => this.close(),
      body: html`<dl class="shortcuts">
          ${rows.map(({ keys, action }) => html`<div><dt>${action}</dt><dd><kbd>${keys}</kbd></dd></div>`)}
        </dl>
        ${singleKeys ? nothing : html`<p class="muted small">${strings.shortcuts.turnedOff}</p>`}`,
      footer: html`<button class="button primary" autofocus>${strings.shortcuts.done}</button>`,
    });
  }
}
