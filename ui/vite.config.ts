import { defineConfig } from "vitest/config";

// The window is served from the application itself under a strict content security policy: one script, one
// stylesheet, relative addresses, no inlined assets, and no preload helper. Engines: WebKitGTK 2.50, WKWebView of
// macOS 15, and WebView2; no transforms for older ones (`light-dark()` must reach them as it is).
//
// package.json pins lit-html to 3.3.0: since 3.3.1, removing a part leaves its end marker in the document, so that a
// list whose rows come and go grows without bound (lit/lit#5298).
export default defineConfig({
  base: "./",
  server: { port: 5178, strictPort: true },
  build: {
    target: ["safari18.2", "chrome130"],
    cssTarget: ["safari18.2", "chrome130"],
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 250,
    rolldownOptions: {
      output: {
        codeSplitting: false,
        entryFileNames: "assets/keystile.js",
        assetFileNames: "assets/keystile[extname]",
      },
    },
  },
  test: { include: ["src/**/*.test.ts", "lint/**/*.test.js"], environment: "node" },
});
