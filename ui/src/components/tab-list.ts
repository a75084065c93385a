/** Tabs above a panel. Arrow keys, Home, and End select one. */
import { html } from "lit";

export interface TabList<T extends string> {
  /** The beginning of the ids, unique in the window. */
  name: string;
  /** The accessible name. */
  label: string;
  value: T;
  tabs: { value: T; label: string }[];
  onChange: (value: T) => void;
}

export function tabList<T extends string>({ name, label, value, tabs, onChange }: TabList<T>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const index = tabs.findIndex((tab) => tab.value === value);
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key];
    const tab = next === undefined ? undefined : tabs.at(next % tabs.length);
    if (!tab) return;
    event.preventDefault();
    onChange(tab.value);
    document.getElementById(`${name}-tab-${tab.value}`)?.focus();
  };
  return html`<div class="tab-list" role="tablist" aria-label=${label} @keydown=${onKeyDown}>
    ${tabs.map(
      (tab) => html`<button
        type="button"
        role="tab"
        id="${name}-tab-${tab.value}"
        aria-selected=${tab.value === value ? "true" : "false"}
        aria-controls="${name}-panel"
        tabindex=${tab.value === value ? 0 : -1}
        data-label=${tab.label}
        @click=${() => onChange(tab.value)}
      >
        ${tab.label}
      </button>`,
    )}
  </div>`;
}

/** The panel of the selected tab. */
export const tabPanel = (name: string, value: string, content: unknown) =>
  html`<div class="tab-panel" role="tabpanel" id="${name}-panel" aria-labelledby="${name}-tab-${value}">${content}</div>`;
