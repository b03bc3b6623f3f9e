// Mocha reporter: the usual list on the screen, and the counts as JSON in the file that KMS_HANDSHAKE_RESULT names.
// CommonJS and one export because mocha loads reporters so.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

/**
 * @typedef {{ passed: number, failed: number, skipped: { title: string, reason: string }[] }} SuiteResult
 */

module.exports = class ResultReporter extends reporters.Spec {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {SuiteResult} */
    const result = { passed: 0, failed: 0, skipped: [] };
    const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Runner.constants;
    runner.on(EVENT_TEST_PASS, () => { result.passed += 1; });
    runner.on(EVENT_TEST_FAIL, () => { result.failed += 1; });
    runner.on(EVENT_TEST_PENDING, (test) => {
      // set by skip() in test/support/skip-test.ts; a bare it.skip has none
      const reason = /** @type {{ skipReason?: string }} */ (test).skipReason;
      result.skipped.push({ title: test.fullTitle(), reason: reason ?? 'no reason given' });
    });
    runner.on(EVENT_RUN_END, () => {
      const file = process.env.KMS_HANDSHAKE_RESULT;
      if (file) writeFileSync(file, JSON.stringify(result));
    });
  }
};
