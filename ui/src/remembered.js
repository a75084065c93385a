/**
 * Two values stored for the next start, so that the first screen is correct before Rust responds: the theme and the last
 * project. Both are optional.
 */

/** @typedef {import("./types/Theme").Theme} Theme */

/** @param {string} name */
function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // storage may be switched off
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
function write(name, value) {
  try {
    if (localStorage.getItem(name) !== value) localStorage.setItem(name, value);
  } catch {
    // storage may be switched off or full: the hint is not needed
  }
}

/** @returns {Theme} */
export function rememberedTheme() {
  const theme = read("theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** @param {Theme} theme */
export function applyTheme(theme) {
  write("theme", theme);
  const { dataset } = document.documentElement;
  if (dataset.theme !== theme) dataset.theme = theme;
}

export const lastProject = () => read("project");

/** @param {string} projectId */
export const rememberProject = (projectId) => write("project", projectId);
