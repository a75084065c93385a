/**
 * Values stored for the next start, so that the first screen is correct before Rust responds: the theme, the last
 * project and the last place. All are optional, because storage may be switched off or full.
 */
import type { Theme } from "./host/types/Theme";

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    if (localStorage.getItem(name) !== value) localStorage.setItem(name, value);
  } catch {
    // the next start works without the hint
  }
}

export function rememberedTheme(): Theme {
  const theme = read("theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** Applies a theme and stores it. */
export function applyTheme(theme: Theme): void {
  write("theme", theme);
  const { dataset } = document.documentElement;
  if (dataset.theme !== theme) dataset.theme = theme;
}

export const lastProject = (): string | null => read("project");

/** The fragment of the last place. */
export const lastPlace = (): string => read("place") ?? "";

export const rememberPlace = (fragment: string): void => write("place", fragment);

export const rememberProject = (projectId: string): void => write("project", projectId);
