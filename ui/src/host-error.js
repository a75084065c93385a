/**
 * The error of a command. The code is for branching; message and advice are sentences from Rust, shown as they are; the
 * field names the input they belong to.
 */
import { strings } from "./strings.js";

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
 * Converts anything thrown to a HostError. The text of an unknown failure is not shown, because it may contain a secret.
 *
 * @param {unknown} thrown
 * @returns {HostError}
 */
export function toHostError(thrown) {
  if (thrown instanceof HostError) return thrown;
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    const failure = /** @type {Partial<import("./types/CommandError").CommandError>} */ (thrown);
    return new HostError(
      String(failure.code),
      String(failure.message),
      failure.advice ? String(failure.advice) : "",
      failure.field ? String(failure.field) : null,
    );
  }
  const { message, advice } = strings.app.unknownFailure;
  return new HostError("internal_error", message, advice);
}
