import { RuleTester } from "eslint";
import { describe, test } from "vitest";
import rule from "./no-literal-text.js";

RuleTester.describe = /** @type {any} */ (describe);
RuleTester.it = /** @type {any} */ (test);

/** @param {string} code */
const reported = (code) => ({ code, errors: [{ messageId: "text" }] });

new RuleTester({ languageOptions: { ecmaVersion: 2024, sourceType: "module" } }).run("no-literal-text", rule, {
  valid: [
    "html`<p class=\"small faint\">${strings.keys.footnote}</p>`",
    "html`<button class=${busy ? \"button primary\" : \"button\"} aria-label=${strings.general.dismiss}>${icon(\"close\")}</button>`",
    "html`<span aria-hidden=\"true\"> · </span><kbd>/</kbd>`",
    "this.querySelector(\"main [data-first]\")",
    "throw new CommandError(\"internal\", message)",
  ],
  invalid: [
    reported("html`<p>Not saved</p>`"),
    reported("html`<button aria-label=\"Dismiss\">${icon(\"close\")}</button>`"),
    reported("html`<input placeholder=\"Search keys\" />`"),
    reported("html`<b>${busy ? \"Saving\" : strings.general.save}</b>`"),
    reported("html`<b title=${busy ? \"Saving\" : strings.general.save}></b>`"),
    reported("menu.toggle([{ label: \"Revoke\", run }])"),
    reported("toasts.show(`The key ${name} was revoked.`)"),
    reported("toasts.show(\"Something went wrong.\")"),
  ],
});
