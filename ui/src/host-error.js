/**
 * What a refused or failed command looks like to the window. The code is for branching; message and advice are
 * sentences from Rust, shown as they are; the field names the input they belong to.
 */
export class HostError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} advice
   * @param {string | null} field
   */
  constructor(code, message, advice = "", field = null) {
    super(message);
    this.code = code;
    this.advice = advice;
    this.field = field;
  }
}

/**
 * Anything thrown becomes a HostError. The text of an unknown failure is not shown: nobody knows what it holds.
 *
 * @param {unknown} thrown
 * @returns {HostError}
 */
export function toHostError(thrown) {
  if (thrown instanceof HostError) return thrown;
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    const failure = /** @type {Partial<import("./types/Failure").Failure>} */ (thrown);
    return new HostError(
      String(failure.code),
      String(failure.message),
      failure.advice ? String(failure.advice) : "",
      failure.field ? String(failure.field) : null,
    );
  }
  return new HostError("internal", "Keystile could not do this.", "Try again. If it fails again, restart Keystile.");
}
