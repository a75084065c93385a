import { defineConfig } from "vite";

// The window is served from the application itself under a strict content security policy: scripts for the first screen
// and one for the rest (`features/later.ts`), one stylesheet, its fonts, relative addresses, no inlined assets and no
// preload helper. Engines: WebKitGTK 2.50, WKWebView of macOS 15 and WebView2; no transforms for older ones
// (`light-dark()` must reach them as it is).
//
// package.json pins lit-html to 3.3.0: since 3.3.1, removing a part leaves its end marker in the document, so that a
// list whose rows come and go grows without bound (lit/lit#5298).
const isFont = (name: string) => name.endsWith(".woff2");

export default defineConfig({
  base: "./",
  server: { port: 5178, strictPort: true },
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
        assetFileNames: ({ names }) => `assets/${names.some(isFont) ? "[name]" : "keystile"}[extname]`,
      },
    },
  },
});
