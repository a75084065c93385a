/** Texts for the events in the history of a key. */
import type { FieldChange } from "../../host/types/FieldChange";
import type { KeyEvent } from "../../host/types/KeyEvent";
import { formatMinute } from "../../lib/format/date";
import { strings } from "../../strings";
import { keyHistory } from "../../strings/key-details";

export function describeEvent({ action, disabledUntil }: Pick<KeyEvent, "action" | "disabledUntil">): string {
  if (action === "key.disabled" && disabledUntil !== null) {
    return strings.keys.disabledUntil(formatMinute(disabledUntil));
  }
  return keyHistory.actions[action] ?? action;
}

/** Returns the program that caused an event. */
export const describeActor = (actor: string): string => keyHistory.actors[actor] ?? actor;

export const fieldLabel = (field: string): string => keyHistory.fields[field] ?? field;

/** Returns the value of a field before or after a change. */
export function describeValue(field: string, value: FieldChange["before"]): string {
  const { none, permissions } = keyHistory;
  if (field === "expires_at") return typeof value === "number" ? formatMinute(value) : strings.keys.never;
  const text = Array.isArray(value) ? value.join(", ") : String(value ?? "");
  if (text === "") return none;
  return field === "permissions" ? (permissions[text] ?? text) : text;
}
