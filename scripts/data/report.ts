import { differencesOf, type Difference } from './compare';
import { EXPLANATIONS } from './explanations';
import { edition, ours, theirs } from './sources';

export interface DataReport {
  /** The text of docs/data.md. */
  readonly text: string;
  /** Differences that nobody has explained yet: AWS has something new, or the data is wrong. */
  readonly unexplained: readonly Difference[];
  /** Explanations of differences that are no more. */
  readonly stale: readonly string[];
}

/** Compares the project's data about KMS and IAM with the package. */
export async function dataReport(): Promise<DataReport> {
  const [mine, others] = [ours(), await theirs()];
  const differences = mine.flatMap((catalogue, i) => {
    const other = others[i];
    return other ? differencesOf(catalogue, other) : [];
  });
  const about = new Set(differences.map((difference) => difference.about));
  const counts = mine.map(({ what, entries }) => `${entries.length} ${what}s`).join(', ');
  return {
    unexplained: differences.filter((difference) => EXPLANATIONS[difference.about] === undefined),
    stale: Object.keys(EXPLANATIONS).filter((one) => !about.has(one)),
    text: `${HEAD.replace('EDITION', await edition()).replace('COUNTS', counts)}\n${differences.map(row).join('\n')}\n`,
  };
}

const HEAD = `# Data about KMS and IAM

<!-- Made by \`npm run data\`. -->

What rules, verdicts and completions know of AWS lies in \`server/src/core/aws/data/\`: COUNTS, and the Regions and services.
\`npm run data\` compares it with EDITION, a copy of the Service Authorization Reference. To follow AWS: take a newer
version of the package, run it, and either change the data or say in \`scripts/data/explanations.ts\` why it stays. A test fails while a difference is unexplained.

| About | Here | There | Why |
|---|---|---|---|`;

function row({ about, ours: here, theirs: there }: Difference): string {
  const [only, more] = [lacking(here, there), lacking(there, here)];
  return `| ${about} | ${only} | ${more} | ${EXPLANATIONS[about] ?? '**not explained yet**'} |`;
}

/** Of a list only what the other one lacks. */
function lacking(list: string, other: string): string {
  const known = new Set(other.split(', '));
  return list.split(', ').filter((item) => !known.has(item)).join(', ');
}
