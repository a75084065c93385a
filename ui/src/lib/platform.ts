/** Whether the system uses Cmd in place of Ctrl. */
export const isApple = /Mac/.test(globalThis.navigator?.userAgent ?? "");
