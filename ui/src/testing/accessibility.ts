/** Inspects what a component test shows with axe-core, in both themes and at three zoom levels. */
import axe from "axe-core";
import { expect } from "vitest";
import { page } from "vitest/browser";
import { layoutSettled, WINDOW } from "./mount";

const THEMES = ["light", "dark"] as const;
/** In percent. Zoom makes the window smaller in CSS pixels, which is all that a page notices. */
const ZOOM_LEVELS = [100, 150, 200] as const;
/** Rules about whole pages: a component has no heading of the first level. */
const PAGE_RULES = { "page-has-heading-one": { enabled: false } } as const;

/**
 * Expects that axe finds nothing, and that no control is over the edge. `show` is called at every size, for what a resize
 * would close.
 */
export async function expectAccessible(show: () => unknown = () => {}): Promise<void> {
  const violations: string[] = [];
  for (const theme of THEMES) {
    document.documentElement.dataset.theme = theme;
    for (const zoom of ZOOM_LEVELS) {
      // oxlint-disable-next-line no-await-in-loop -- there is one window
      violations.push(...(await inspect(zoom, show)).map((violation) => `${theme}, ${zoom} %: ${violation}`));
    }
  }
  delete document.documentElement.dataset.theme;
  await resize(100);
  expect(violations, "what axe finds, and controls over the edge").toEqual([]);
}

async function inspect(zoom: number, show: () => unknown): Promise<string[]> {
  await resize(zoom);
  await show();
  await animationsEnded();
  const { violations } = await axe.run(document, { resultTypes: ["violations"], rules: PAGE_RULES });
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any }) => `${id}: ${help} (${target.join(" ")}) ${any.map(({ message }) => message).join(" ")}`),
  );
  return [...found, ...controlsOverTheEdge()];
}

async function resize(zoom: number): Promise<void> {
  await page.viewport(Math.round((WINDOW.width * 100) / zoom), Math.round((WINDOW.height * 100) / zoom));
  await layoutSettled();
}

/** Colors that still change would fail the check of contrast. Endless animations are not waited for. */
async function animationsEnded(): Promise<void> {
  const isEndless = ({ effect }: Animation) => effect?.getComputedTiming().iterations === Infinity;
  await Promise.allSettled(
    document
      .getAnimations()
      .filter((animation) => !isEndless(animation))
      .map(({ finished }) => finished),
  );
}

function controlsOverTheEdge(): string[] {
  const scope = [...document.querySelectorAll("dialog:modal")].pop() ?? document.body;
  const controls = [...scope.querySelectorAll<HTMLElement>("button, input, select, textarea, a, [role=textbox]")];
  return controls
    .filter((control) => control.checkVisibility({ visibilityProperty: true }))
    .filter((control) => !control.closest(".visually-hidden, [popover]:not(:popover-open)"))
    .filter((control) => {
      const { left, right, width } = control.getBoundingClientRect();
      return width > 0 && (right > innerWidth + 1 || left < -1);
    })
    .map((control) => `over the edge: ${control.textContent.trim() || control.id}`);
}
