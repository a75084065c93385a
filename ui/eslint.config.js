import js from "@eslint/js";
import globals from "globals";
import noLiteralText from "./eslint/no-literal-text.js";

export default [
  { ignores: ["dist/", "src/types/"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Markup is written as lit templates only (trusted types)." },
        { property: "outerHTML", message: "Markup is written as lit templates only (trusted types)." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "TemplateElement[value.raw=/ style=/]",
          message: "Inline styles are refused by the content security policy; use a class.",
        },
      ],
      "max-lines": ["error", { max: 400 }],
    },
  },
  {
    files: ["src/**/*.js"],
    ignores: ["src/host.js"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@tauri-apps/*"], message: "Only host.js knows Tauri." }] },
      ],
    },
  },
  {
    files: ["src/**/*.js"],
    ignores: ["src/strings.js", "src/demo/**"],
    plugins: { strings: { rules: { "no-literal-text": noLiteralText } } },
    rules: { "strings/no-literal-text": "error" },
  },
  {
    // All sentences are in one file, so that they can be reviewed together.
    files: ["src/strings.js"],
    rules: { "max-lines": "off" },
  },
  {
    files: ["src/state/**/*.js"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "document", message: "Modules in state must not use the DOM." },
        { name: "window", message: "Modules in state must not use the DOM." },
      ],
      "no-restricted-imports": ["error", { patterns: ["lit", "lit/*", "@tauri-apps/*", "../elements/*"] }],
    },
  },
];
