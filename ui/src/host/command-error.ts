import type { CommandError as CommandErrorData } from "./types/CommandError";
import { strings } from "../strings";

/**
 * Why a command failed. The code is for branching; message and advice are sentences from Rust, shown as they are; the
 * field names the input they belong to.
 */
export class CommandError extends Error {
  readonly code: string;
  readonly advice: string;
  readonly field: string | null;

  constructor(code: string, message: string, advice = "", field: string | null = null) {
    super(message);
    this.code = code;
    this.advice = advice;
    this.field = field;
  }
}

/** Formats an error as text: what happened, then what to do. */
export const formatError = ({ message, advice }: CommandError): string => (advice ? `${message} ${advice}` : message);

/** Converts anything thrown. The text of an unknown error is not shown, because it may contain a secret. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (typeof error === "object" && error !== null && "code" in error && "message" in error) {
    const data: Partial<Record<keyof CommandErrorData, unknown>> = error;
    const text = (value: unknown) => (typeof value === "string" ? value : "");
    return new CommandError(text(data.code), text(data.message), text(data.advice), text(data.field) || null);
  }
  const { message, advice } = strings.app.unknownFailure;
  return new CommandError("internal_error", message, advice);
}
