import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    // To make a DOM for each file took two thirds of the time of all tests.
    isolate: false,
    pool: "threads",
    include: ["test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/setup.ts"],
    // A hundred cards in a DOM made of JavaScript take their time where others are busy, too.
    testTimeout: 100_000,
    hookTimeout: 100_000,
  },
});
