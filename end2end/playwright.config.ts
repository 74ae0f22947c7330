import { defineConfig } from "@playwright/test";
import type { Settings } from "./fixture/index.ts";
import { LAUNCH } from "./fixture/launch.ts";

// Every test that makes sense in both runs hydrated and with JavaScript off. A name that ends in
// `.hydrated.spec.ts` or `.no-js.spec.ts` says that a test makes sense in one of them only.
export default defineConfig<Settings>({
  testDir: "tests",
  outputDir: "../target/end2end",
  reporter: "list",
  workers: 2,
  fullyParallel: true,
  // A test that passes the second time has found a fault all the same.
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    colorScheme: "light",
    locale: "en-GB",
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    launchOptions: LAUNCH,
  },
  projects: [
    { name: "hydrated", testIgnore: "*.no-js.spec.ts", use: { js: true } },
    {
      name: "no-js",
      testIgnore: "*.hydrated.spec.ts",
      use: { js: false, javaScriptEnabled: false },
    },
  ],
});
