import { defineConfig, type Plugin } from "vite";

// The window is served from the application itself under a strict content security policy: a script and a stylesheet for
// the first screen, and one of each for the rest (`features/later.ts`), its fonts, relative addresses, and no inlined
// assets. Engines: WebKitGTK 2.50, WKWebView of macOS 15 and WebView2; no transforms for older ones (`light-dark()` must
// reach them as it is).
//
// package.json pins lit-html to 3.3.0: since 3.3.1, removing a part leaves its end marker in the document, so that a
// list whose rows come and go grows without bound (lit/lit#5298).
const isFont = (name: string) => name.endsWith(".woff2");
const isLater = (name: string) => name.startsWith("later");

/** Bytes of script and style that the first screen may load, fonts besides. */
const MAX_FIRST_LOAD = 300 * 1024;

const size = (content: string | Uint8Array): number =>
  typeof content === "string" ? new TextEncoder().encode(content).length : content.length;

const firstLoadBudget: Plugin = {
  name: "first-load-budget",
  generateBundle(_, bundle) {
    const first = new Set<string>();
    const add = (name: string) => {
      const file = bundle[name];
      if (first.has(name) || file?.type !== "chunk") return;
      first.add(name);
      for (const imported of file.imports) add(imported);
    };
    for (const file of Object.values(bundle)) if (file.type === "chunk" && file.isEntry) add(file.fileName);
    let bytes = 0;
    for (const file of Object.values(bundle)) {
      if (file.type === "chunk" && first.has(file.fileName)) bytes += size(file.code);
      if (file.fileName === "assets/keystile.css" && file.type === "asset") bytes += size(file.source);
    }
    if (bytes === 0) this.error("The first screen was not found.");
    if (bytes > MAX_FIRST_LOAD) this.error(`The first screen loads ${bytes} bytes. At most ${MAX_FIRST_LOAD} are allowed.`);
  },
};

export default defineConfig({
  base: "./",
  server: { port: 5178, strictPort: true },
  plugins: [firstLoadBudget],
  build: {
    target: ["safari18.2", "chrome130"],
    cssTarget: ["safari18.2", "chrome130"],
    modulePreload: false,
    assetsInlineLimit: 0,
    // The texts of the licenses, which are loaded when they are opened, are the largest.
    chunkSizeWarningLimit: 450,
    rolldownOptions: {
      output: {
        entryFileNames: "assets/keystile.js",
        chunkFileNames: "assets/keystile-[name].js",
        assetFileNames: ({ names }) => {
          if (names.some(isFont)) return "assets/[name][extname]";
          return `assets/${names.some(isLater) ? "keystile-later" : "keystile"}[extname]`;
        },
      },
    },
  },
});
