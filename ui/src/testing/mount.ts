/** Mounts what a component test shows: on a page like the window's, with stores whose host returns test data. */
import { ContextProvider } from "@lit/context";
import { render, type TemplateResult } from "lit";
import { onTestFinished } from "vitest";
import { page } from "vitest/browser";
import { storesContext } from "../app-element";
import type { Stores } from "../stores";
import { fakeStores } from "../stores/test-fixtures";
import "../styles/index.css";
import "../features/later.css";

// Text that is measured before its font is there would move.
await document.fonts.load('1rem "Inter Variable"');

/** The initial size of the window, which a test may change. */
export const WINDOW = { width: 1180, height: 760 } as const;

/** Returns a function that renders the content again, for templates that are not elements. A test's end removes it. */
export function mount(content: () => TemplateResult, stores: Stores = fakeStores({})): () => void {
  const frame = document.createElement("div");
  frame.className = "frame";
  const sidebar = document.createElement("div");
  sidebar.className = "side";
  const main = document.createElement("main");
  frame.append(sidebar, main);
  const provider = new ContextProvider(main, { context: storesContext });
  provider.setValue(stores);
  const update = () => render(content(), main);
  document.body.replaceChildren(frame);
  window.focus(); // the test runs in a frame, into which Tab would not go
  update();
  onTestFinished(async () => {
    render(null, main);
    frame.remove();
    await page.viewport(WINDOW.width, WINDOW.height);
  });
  return update;
}

/** Returns an element that must exist. */
export function find(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`no element matches ${selector}`);
  return element;
}

/** Waits until observers of sizes have run, and what they changed is rendered. */
export async function layoutSettled(): Promise<void> {
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await nextFrame();
  await nextFrame();
}

/** Returns where elements are on the screen, to compare before and after something happened. */
export const boxes = (...selectors: string[]): Record<string, string> =>
  Object.fromEntries(
    selectors.map((selector) => {
      const { x, y, width, height } = find(selector).getBoundingClientRect();
      const [left, top, wide, high] = [x, y, width, height].map((length) => length.toFixed(1));
      return [selector, `${left} ${top}, ${wide} × ${high}`];
    }),
  );
