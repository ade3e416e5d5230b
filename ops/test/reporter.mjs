// Mocha's own `spec` output, and the counts and failures in a file for ops/test.mjs, which adds up several runs.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Mocha.Runner.constants;

/** Prints like `spec`; writes `{passed, failed, skipped, failures: [text]}` to the file of the option `counts`. */
class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
    runner.on(EVENT_TEST_PASS, () => counts.passed++);
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      counts.failed++;
      counts.failures.push(`${test.fullTitle()}: ${error?.message ?? error}`);
    });
    runner.on(EVENT_TEST_PENDING, () => counts.skipped++);
    runner.on(EVENT_RUN_END, () => writeFileSync(options.reporterOptions.counts, JSON.stringify(counts)));
  }
}

// oxlint-disable-next-line import/no-default-export -- mocha loads a reporter by its default export
export default CountingReporter;
