/** The list of keyboard shortcuts. It is loaded later, so it is not in `index.ts`. */
export const shortcuts = {
  title: "Keyboard shortcuts",
  /** The names of commands that are named after the shown page elsewhere. */
  names: {
    "environment.overview": "Go to Overview",
    "environment.keys": "Go to API Keys",
    "environment.gateway": "Go to Gateway",
    "environment.playground": "Go to Playground",
    "project.environments": "Go to Environments",
    "app.settings": "Go to Settings",
  } as Readonly<Record<string, string>>,
  send: "Send request",
  leave: "Close dialog or menu",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  resetZoom: "Reset zoom",
  keys: {
    escape: "Esc",
    zoomIn: "Ctrl +",
    zoomInOnMac: "⌘ +",
    zoomOut: "Ctrl −",
    zoomOutOnMac: "⌘ −",
    resetZoom: "Ctrl 0",
    resetZoomOnMac: "⌘ 0",
  },
  turnedOff: "Single-letter shortcuts are turned off in Settings.",
  done: "Done",
};
