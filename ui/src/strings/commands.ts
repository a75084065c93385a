/** The names of commands in menus and in the palette. */

export const commands = {
  undo: "Undo the last action",
  palette: "Search everything",
  searchPage: "Search this list",
  create: "New key or environment",
  newKey: (environment: string) => `New API key in ${environment}`,
  openTab: (tab: string, environment: string) => `${tab} of ${environment}`,
  connect: "Code and proxy samples",
  startGateway: (environment: string) => `Start the ${environment} gateway`,
  stopGateway: (environment: string) => `Stop the ${environment} gateway`,
  startHttpService: "Start the HTTP service",
  stopHttpService: "Stop the HTTP service",
  edit: (name: string) => `Edit ${name}`,
  rename: (name: string) => `Rename ${name}`,
  copyLink: (name: string) => `Copy link to ${name}`,
  delete: (name: string) => `Delete ${name}`,
  useTheme: { system: "Use the system theme", light: "Use the light theme", dark: "Use the dark theme" },
  clearClipboard: "Clear the clipboard now",
  shortcuts: "Show shortcuts",
  quit: "Quit Keystile",
};
