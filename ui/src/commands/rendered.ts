/** Waits until the elements have rendered the changes, which they do in microtasks. */
export const elementsRendered = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
