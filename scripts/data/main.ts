// `npm run data`: says what AWS has that the project's data lacks, or has otherwise, and writes it to docs/data.md.
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { createDataReport } from './data-report';

void createDataReport().then(({ text, unexplained, staleExplanations }) => {
  writeFileSync(path.join(__dirname, '..', '..', 'docs', 'data.md'), text);
  for (const { subject, projectValue, awsValue } of unexplained) console.log(`${subject}\n  here:  ${projectValue}\n  there: ${awsValue}`);
  for (const about of staleExplanations) console.log(`${about}: explained, but no difference any more`);
  console.log(
    unexplained.length + staleExplanations.length === 0
      ? 'data: nothing new'
      : `data: ${unexplained.length} unexplained, ${staleExplanations.length} stale; see docs/data.md`,
  );
  process.exitCode = unexplained.length + staleExplanations.length === 0 ? 0 : 1;
});
