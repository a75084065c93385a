/** Lists the keyboard shortcuts that work now. */
import { html } from "lit";
import { ModalDialog } from "./modal-dialog.js";

/** Whether the system writes Cmd where others write Ctrl. */
const APPLE = /Mac/.test(navigator.userAgent);

class ShortcutsDialog extends ModalDialog {
  render() {
    const { singleKeys } = this.state.settings;
    const rows = [
      ...(singleKeys
        ? [
            { keys: "/", what: "Search the keys" },
            { keys: "n", what: "New key or environment" },
            { keys: "?", what: "These shortcuts" },
          ]
        : []),
      { keys: APPLE ? "⌘ Enter" : "Ctrl Enter", what: "Send the request of the Playground" },
      { keys: "Esc", what: "Leave a dialog or a menu" },
      { keys: APPLE ? "⌘ Q" : "Ctrl Q", what: "Quit" },
    ];
    return this.frame({
      title: "Keyboard shortcuts",
      submitted: () => this.leave(),
      body: html`<dl class="shortcuts">
          ${rows.map(({ keys, what }) => html`<div><dt>${what}</dt><dd><kbd>${keys}</kbd></dd></div>`)}
        </dl>
        ${singleKeys ? "" : html`<p class="muted small">Single-letter shortcuts are switched off in Settings.</p>`}`,
      footer: html`<button class="button primary" autofocus>Done</button>`,
    });
  }
}

customElements.define("shortcuts-dialog", ShortcutsDialog);
