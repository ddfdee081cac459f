import { defineConfig } from 'vitest/config'

/** What needs a real Chromium; `npm test` does without. */
export default defineConfig({
  test: { include: ['test/browser/**/*.test.ts'], pool: 'forks', testTimeout: 120_000, hookTimeout: 180_000 },
})
