/** Lists the keyboard shortcuts. */
import { html } from "lit";
import { strings } from "../strings.js";
import { ModalDialog } from "./modal-dialog.js";

/** Whether the system uses Cmd in place of Ctrl. */
const APPLE = /Mac/.test(navigator.userAgent);

class ShortcutsDialog extends ModalDialog {
  render() {
    const { singleKeys } = this.state.settings;
    const keyNames = strings.shortcuts.keys;
    const rows = [
      ...(singleKeys
        ? [
            { keys: "/", action: strings.shortcuts.search },
            { keys: "n", action: strings.shortcuts.create },
            { keys: "?", action: strings.shortcuts.show },
          ]
        : []),
      { keys: APPLE ? keyNames.sendOnMac : keyNames.send, action: strings.shortcuts.send },
      { keys: keyNames.leave, action: strings.shortcuts.leave },
      { keys: APPLE ? keyNames.quitOnMac : keyNames.quit, action: strings.shortcuts.quit },
    ];
    return this.frame({
      title: strings.shortcuts.title,
      submitted: () => this.leave(),
      body: html`<dl class="shortcuts">
          ${rows.map(({ keys, action }) => html`<div><dt>${action}</dt><dd><kbd>${keys}</kbd></dd></div>`)}
        </dl>
        ${singleKeys ? "" : html`<p class="muted small">${strings.shortcuts.turnedOff}</p>`}`,
      footer: html`<button class="button primary" autofocus>${strings.shortcuts.done}</button>`,
    });
  }
}

customElements.define("shortcuts-dialog", ShortcutsDialog);
