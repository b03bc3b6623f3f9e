// `npm run data`: says what AWS has that the project's data lacks, or has otherwise, and writes it to docs/data.md.
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { createDataReport } from './data-report';

void createDataReport().then(({ text, unexplained, staleExplanations: stale }) => {
  writeFileSync(path.join(__dirname, '..', '..', 'docs', 'data.md'), text);
  for (const { subject: about, projectValue: ours, awsValue: theirs } of unexplained) console.log(`${about}\n  here:  ${ours}\n  there: ${theirs}`);
  for (const about of stale) console.log(`${about}: explained, but no difference any more`);
  console.log(unexplained.length + stale.length === 0 ? 'data: nothing new' : `data: ${unexplained.length} unexplained, ${stale.length} stale; see docs/data.md`);
  process.exitCode = unexplained.length + stale.length === 0 ? 0 : 1;
});
