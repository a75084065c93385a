import { defineConfig } from "vite";

// The window is served from the application itself under a strict content security policy: one script, one
// stylesheet, relative addresses, no inlined assets and no preload helper. Engines: WebKitGTK 2.50, WKWebView of
// macOS 15 and WebView2; no transforms for older ones (`light-dark()` must reach them as it is).
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
  test: { include: ["tests/**/*.test.js"], environment: "node" },
});
