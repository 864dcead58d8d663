// Sums up the JSON reports of vitest in a folder: names what failed and what was skipped, then one last line for all
// suites together. Exit code 1 when a test failed or a report is missing.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const folder = process.argv[2];
const reports = readdirSync(folder).filter((name) => name.endsWith('.json'));
let passed = 0;
let failed = 0;
let skipped = 0;
for (const report of reports) {
  const { testResults } = JSON.parse(readFileSync(join(folder, report), 'utf8'));
  for (const file of testResults) {
    const name = relative(process.cwd(), file.name);
    // A file that does not even load has no tests to fail.
    if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) {
      failed += 1;
      console.log(`FAILED ${name}: ${(file.message ?? '').split('\n')[0]}`);
    }
    const skippedHere = [];
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') {
        failed += 1;
        console.log(`FAILED ${name}: ${test.fullName}`);
      } else {
        skipped += 1;
        skippedHere.push(test);
      }
    }
    if (skippedHere.length > 0)
      console.log(`skipped ${skippedHere.length} in ${name}; its output above says why`);
  }
}
if (reports.length === 0) {
  console.log('No test report was written.');
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
