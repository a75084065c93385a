/** What the dialogs about many keys ask: one form per verb, which keeps what is entered. */
import { html, nothing } from "lit";
import { PAUSE_MINUTES } from "../../../commands/key";
import { fieldError, textField } from "../../../components/field";
import { segments } from "../../../components/segments";
import type { CommandError } from "../../../host/command-error";
import type { BulkChange } from "../../../host/types/BulkChange";
import type { BulkPlan } from "../../../host/types/BulkPlan";
import type { Environment } from "../../../host/types/Environment";
import { formatMinute } from "../../../lib/format/date";
import type { BulkVerb } from "../../../stores/dialogs";
import type { Revocation } from "../../../stores/keys";
import { bulkFields } from "../../../strings/bulk";
import { keyFields } from "../../../strings/key-details";
import { chosenExpiry, type ExpiryDraft, extensionChoice } from "../expiry-choices";
import { expiryField } from "../expiry-field";
import { revocationFields } from "../revocation-fields";

export interface BulkForm {
  /** The fields that show their own errors. */
  readonly fields: string[];
  /** Returns the change; null while something is missing. */
  change(): BulkChange | null;
  /** Returns the pause, the expiry, the tag or the owner, for the sentences about the change. */
  detail(plan: BulkPlan): string;
  render(error: CommandError | null): unknown;
}

/** Returns the form of a verb. `onChange` is called when something was entered. */
export function bulkForm(verb: BulkVerb, environment: Environment, onChange: () => void): BulkForm {
  switch (verb) {
    case "disable":
      return new PauseForm(onChange);
    case "enable":
      return new EnableForm();
    case "revoke":
      return new RevokeForm(onChange);
    case "extend":
      return new ExpiryForm(environment, onChange);
    case "tags":
      return new TagForm(onChange);
    case "owner":
      return new OwnerForm(onChange);
  }
}

const SECONDS_PER_MINUTE = 60;

class PauseForm implements BulkForm {
  readonly fields = [];
  /** In minutes; null: until the keys are enabled. */
  private pause: number | null = null;
  private readonly onChange: () => void;

  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  change(): BulkChange {
    return { kind: "disable", pauseSeconds: this.pause === null ? null : this.pause * SECONDS_PER_MINUTE };
  }

  detail(): string {
    return this.pause === null ? "" : bulkFields.minutes(this.pause);
  }

  render(): unknown {
    const { pause: label, untilEnabled, minutes } = bulkFields;
    return html`<div class="field">
      <div class="field-label">${label}</div>
      ${segments({
        name: "pause",
        label,
        value: String(this.pause ?? ""),
        choices: [
          { value: "", label: untilEnabled },
          ...PAUSE_MINUTES.map((count) => ({ value: String(count), label: minutes(count) })),
        ],
        onChange: (value) => {
          this.pause = value === "" ? null : Number(value);
          this.onChange();
        },
      })}
    </div>`;
  }
}

class EnableForm implements BulkForm {
  readonly fields = [];

  change(): BulkChange {
    return { kind: "enable" };
  }

  detail(): string {
    return "";
  }

  render(): unknown {
    return nothing;
  }
}

class RevokeForm implements BulkForm {
  readonly fields = ["note"];
  private draft: Revocation = { reason: null, note: "" };
  private readonly onChange: () => void;

  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  change(): BulkChange {
    const { reason, note } = this.draft;
    return { kind: "revoke", reason, note: reason === null ? "" : note };
  }

  detail(): string {
    return "";
  }

  render(error: CommandError | null): unknown {
    const onChange = (draft: Revocation) => {
      this.draft = draft;
      this.onChange();
    };
    return revocationFields({ draft: this.draft, onChange, error });
  }
}

class ExpiryForm implements BulkForm {
  readonly fields = ["expiry"];
  private draft: ExpiryDraft;
  private readonly environment: Environment;
  private readonly onChange: () => void;

  constructor(environment: Environment, onChange: () => void) {
    this.environment = environment;
    this.onChange = onChange;
    this.draft = { choice: extensionChoice(environment), date: "" };
  }

  change(): BulkChange | null {
    const expiry = chosenExpiry(this.draft);
    return expiry && { kind: "extend", expiry };
  }

  detail({ expiresAt }: BulkPlan): string {
    return expiresAt === null ? "" : formatMinute(expiresAt);
  }

  render(error: CommandError | null): unknown {
    return expiryField({
      environment: this.environment,
      draft: this.draft,
      onChange: (draft) => {
        this.draft = draft;
        this.onChange();
      },
      error: fieldError(error, this.fields),
    });
  }
}

/** A text that is set, or taken away. */
abstract class TextForm {
  protected isRemoval = false;
  protected text = "";
  private readonly onChange: () => void;

  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  protected renderChoice(label: string, set: string, remove: string): unknown {
    return segments({
      name: "set-or-remove",
      label,
      value: this.isRemoval ? "remove" : "set",
      choices: [
        { value: "set", label: set },
        { value: "remove", label: remove },
      ],
      onChange: (value) => {
        this.isRemoval = value === "remove";
        this.onChange();
      },
    });
  }

  protected renderText(id: string, label: string, hint: string, error: string | null, disabled = false): unknown {
    return textField({
      id,
      label,
      value: this.text,
      onInput: (text) => {
        this.text = text;
        this.onChange();
      },
      hint,
      error,
      disabled,
      autofocus: true,
    });
  }
}

class TagForm extends TextForm implements BulkForm {
  readonly fields = ["tags"];

  change(): BulkChange | null {
    const tag = this.text.trim();
    if (tag === "") return null;
    return { kind: this.isRemoval ? "removeTag" : "addTag", tag };
  }

  detail(): string {
    return this.text.trim();
  }

  render(error: CommandError | null): unknown {
    const { tagAction, addTag, removeTag, tag, tagHint } = bulkFields;
    return html`${this.renderChoice(tagAction, addTag, removeTag)}
    ${this.renderText("bulk-tag", tag, tagHint, fieldError(error, this.fields))}`;
  }
}

class OwnerForm extends TextForm implements BulkForm {
  readonly fields = ["owner"];

  change(): BulkChange | null {
    const owner = this.detail();
    return owner === "" && !this.isRemoval ? null : { kind: "setOwner", owner };
  }

  detail(): string {
    return this.isRemoval ? "" : this.text.trim();
  }

  render(error: CommandError | null): unknown {
    const { ownerAction, setOwner, removeOwner } = bulkFields;
    const { owner, ownerHint } = keyFields;
    return html`${this.renderChoice(ownerAction, setOwner, removeOwner)}
    ${this.renderText("bulk-owner", owner, ownerHint, fieldError(error, this.fields), this.isRemoval)}`;
  }
}
