/** Lists the keyboard shortcuts. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { shortcutCommands } from "../../commands";
import type { Command } from "../../commands/command";
import { currentContext } from "../../commands/command";
import { isApple } from "../../lib/platform";
import { ModalDialog } from "../../modal-dialog";
import { shortcuts } from "../../strings/shortcuts";
import { shortcutLabel } from "./shortcut-label";
import { hasModifier } from "./shortcuts";

@customElement("shortcuts-dialog")
export class ShortcutsDialog extends ModalDialog {
  private describe(command: Command): string {
    return shortcuts.names[command.id] ?? command.title(currentContext(this.stores));
  }

  protected override render() {
    const { singleKeys } = this.stores.session.settings;
    const { keys } = shortcuts;
    const rows = [
      ...shortcutCommands
        .filter((command) => singleKeys || hasModifier(command))
        .map((command) => ({ keys: command.keys ?? "", action: this.describe(command) })),
      { keys: "$mod+Enter", action: shortcuts.send },
      { keys: shortcuts.keys.escape, action: shortcuts.leave },
      { keys: isApple ? keys.zoomInOnMac : keys.zoomIn, action: shortcuts.zoomIn },
      { keys: isApple ? keys.zoomOutOnMac : keys.zoomOut, action: shortcuts.zoomOut },
      { keys: isApple ? keys.resetZoomOnMac : keys.resetZoom, action: shortcuts.resetZoom },
    ];
    return this.renderDialog({
      title: shortcuts.title,
      isReadOnly: true,
      onSubmit: () => this.close(),
      body: html`<dl class="shortcuts">
          ${rows.map((row) => html`<div><dt>${row.action}</dt><dd>${shortcutLabel(row.keys)}</dd></div>`)}
        </dl>
        ${singleKeys ? nothing : html`<p class="muted small">${shortcuts.turnedOff}</p>`}`,
      footer: html`<button class="button primary" autofocus>${shortcuts.done}</button>`,
    });
  }
}
