/** Icons on a 24-unit grid. They are decorative: the text beside them has the meaning. */
import { html, svg } from "lit";

const SHAPES = {
  mark: svg`<path d="M5 4v16M19 4v16M5 9h14M5 15h14"/>`,
  environments: svg`<rect x="3.5" y="4" width="17" height="6" rx="1.5"/><rect x="3.5" y="14" width="17" height="6" rx="1.5"/><path d="M7 7h.01M7 17h.01"/>`,
  settings: svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.2"/><circle cx="9" cy="17" r="2.2"/>`,
  chevron: svg`<path d="M8 10l4 4 4-4"/>`,
  up: svg`<path d="M8 14l4-4 4 4"/>`,
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="M20 20l-4-4"/>`,
  rotate: svg`<path d="M20 11a8 8 0 0 0-14-4.6L4 8.5M4 4v4.5h4.5M4 13a8 8 0 0 0 14 4.6l2-2.1M20 20v-4.5h-4.5"/>`,
  undo: svg`<path d="M8 5L4 9l4 4M4 9h10a5 5 0 0 1 0 10h-4"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  key: svg`<circle cx="7.5" cy="15.5" r="3.8"/><path d="M10.3 12.7L19.5 3.5M15.5 7.5l3 3"/>`,
  dots: svg`<g class="solid"><circle cx="6" cy="12" r="1.7"/><circle cx="12" cy="12" r="1.7"/><circle cx="18" cy="12" r="1.7"/></g>`,
  keychain: svg`<rect x="4" y="4" width="16" height="16" rx="2"/><circle cx="12" cy="12" r="3.5"/><path d="M12 8.5V7M12 17v-1.5M15.5 12H17M7 12h1.5"/>`,
  copy: svg`<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15V6a2 2 0 0 1 2-2h8"/>`,
  terminal: svg`<path d="M4.5 7l5 5-5 5M12.5 17h7"/>`,
  gateway: svg`<path d="M12 4v16M3 12h5M5.5 9.5L8 12l-2.5 2.5M16 12h5M18.5 9.5L21 12l-2.5 2.5"/>`,
  play: svg`<path d="M8 5.5l10 6.5-10 6.5z"/>`,
  pause: svg`<path d="M9 6v12M15 6v12"/>`,
  clock: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.4 2"/>`,
  arrow: svg`<path d="M5 12h14M13.5 6.5L19 12l-5.5 5.5"/>`,
  check: svg`<path d="M5 12.5l4.5 4.5L19 7"/>`,
  lock: svg`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
  warning: svg`<path d="M12 4l9 16H3z"/><path d="M12 10v4M12 17h.01"/>`,
  problem: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.8v5M12 16h.01"/>`,
  edit: svg`<path d="M4 20h4L19 9l-4-4L4 16z"/><path d="M13 7l4 4"/>`,
  trash: svg`<path d="M4 7h16M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13"/>`,
  keyboard: svg`<rect x="2.5" y="6" width="19" height="12" rx="2"/><path d="M6.5 10h.01M10.2 10h.01M13.8 10h.01M17.5 10h.01M8 14h8"/>`,
  quit: svg`<path d="M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M4 12h11M11 8l4 4-4 4"/>`,
  project: svg`<path d="M4 8l8-4 8 4v8l-8 4-8-4z"/><path d="M4 8l8 4 8-4M12 12v8"/>`,
  close: svg`<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>`,
};

export type IconName = keyof typeof SHAPES;

export const icon = (name: IconName) =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;
