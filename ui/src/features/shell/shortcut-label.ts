/** Shows shortcuts as they are written on the keys of the platform. */
import { html, nothing } from "lit";
import { isApple } from "../../lib/platform";
import { strings } from "../../strings";

/**
 * Returns the keys of a shortcut in the syntax of tinykeys: `["Ctrl", "K"]`, or `["G", "K"]` if they are pressed one
 * after the other.
 */
export function shortcutKeys(keys: string, onMac = isApple): string[] {
  const { ctrl, cmd } = strings.general;
  return keys.split(/ |(?<=\S)\+(?=\S)/).map((key) => {
    if (key === "$mod") return onMac ? cmd : ctrl;
    return /^[a-z]$/.test(key) ? key.toUpperCase() : key;
  });
}

export const shortcutLabel = (keys: string | undefined) =>
  keys === undefined
    ? nothing
    : html`<span class="keys-label">${shortcutKeys(keys).map((key) => html`<kbd>${key}</kbd>`)}</span>`;
