/** The only live region of the one-time prompt. Each subject has a sentence, and only one that changed is announced. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../../app-element";
import { withNames } from "../../../components/user-name";
import { formatError } from "../../../host/command-error";
import { distinctText } from "../../../lib/distinct-text";
import { permissionMismatch, permissionResults } from "../../../stores/permission-test";
import { strings } from "../../../strings";
import { oldSecretSentence } from "./prompt-overlap";

@customElement("prompt-announcements")
export class PromptAnnouncements extends AppElement {
  protected override observed() {
    const { prompt, session, keys } = this.stores;
    return [prompt, prompt.test, session, keys];
  }

  private get testSentence(): string {
    const { test, prompt } = this.stores.prompt;
    if (test.error) return strings.keyTest.failed(formatError(test.error));
    if (!test.result) return "";
    const mismatch = permissionMismatch(test.result, prompt?.permissions ?? []);
    return mismatch ?? permissionResults(test.result).map(({ text }) => text).join(", ");
  }

  protected override render() {
    const { prompt, session } = this.stores;
    const { status, saveError } = prompt;
    if (!prompt.prompt) return nothing;
    const { activated, environmentName, keychain, copied } = prompt.prompt;
    const saved = `${strings.prompt.saved(session.keychainName)}${copied ? "" : ` ${strings.prompt.reasonToStaySentence}`}`;
    const sentences = [
      distinctText(status.text, status.id),
      activated ? withNames(strings.prompt.activated, environmentName) : "",
      prompt.isRotation && copied && !prompt.isKeyGone ? oldSecretSentence(this.stores) : "",
      keychain ? saved : "",
      saveError ? `${strings.prompt.notSaved} ${saveError.message} ${saveError.advice}` : "",
      this.testSentence,
    ];
    return html`<div role="status" aria-atomic="false" class="visually-hidden"
      >${sentences.map((sentence) => html`<p>${sentence}</p>`)}</div
    >`;
  }
}
