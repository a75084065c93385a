import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

// Tests of components run in a browser, all others in Node.js.
const BROWSER_TESTS = "src/**/*.browser.test.ts";

// The browser of the system: none is downloaded. Playwright starts it without a sandbox, which root could not use.
declare const process: { platform: string };
const BROWSER = process.platform === "linux" ? { executablePath: "/usr/bin/chromium" } : { channel: "chrome" };

export default defineConfig({
  test: {
    onConsoleLog: (text) => !text.includes("lit.dev/msg/"), // hints of Lit's development build
    projects: [
      {
        test: {
          name: "node",
          include: ["src/**/*.test.ts", "lint/**/*.test.js"],
          exclude: [BROWSER_TESTS],
          environment: "node",
        },
      },
      {
        // Packages that are found during a test would reload its page.
        optimizeDeps: { include: ["axe-core"], entries: ["index.html", BROWSER_TESTS] },
        test: {
          name: "browser",
          include: [BROWSER_TESTS],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1180, height: 760 }, // as in src/testing/mount.ts
            // With scrollbars, because they take space.
            provider: playwright({ launchOptions: { ...BROWSER, ignoreDefaultArgs: ["--hide-scrollbars"] } }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
