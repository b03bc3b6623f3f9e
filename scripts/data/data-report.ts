import { catalogueDifferences, type Difference } from './catalogue-differences';
import { DIFFERENCE_EXPLANATIONS } from './difference-explanations';
import { dataPackageVersion, projectCatalogues, awsCatalogues } from './catalogues';

export interface DataReport {
  /** The text of docs/data.md. */
  readonly text: string;
  /** Differences that nobody has explained yet: AWS has something new, or the data is wrong. */
  readonly unexplained: readonly Difference[];
  /** Explanations of differences that are no more. */
  readonly staleExplanations: readonly string[];
}

/** Compares the project's data about KMS and IAM with the package. */
export async function createDataReport(): Promise<DataReport> {
  const [mine, others] = [projectCatalogues(), await awsCatalogues()];
  const differences = mine.flatMap((catalogue, i) => {
    const other = others[i];
    return other ? catalogueDifferences(catalogue, other) : [];
  });
  const about = new Set(differences.map((difference) => difference.subject));
  const counts = mine.map(({ kind, entries: catalogueEntries }) => `${catalogueEntries.length} ${kind}s`).join(', ');
  return {
    unexplained: differences.filter((difference) => DIFFERENCE_EXPLANATIONS[difference.subject] === undefined),
    staleExplanations: Object.keys(DIFFERENCE_EXPLANATIONS).filter((name) => !about.has(name)),
    text: `${REPORT_HEADING.replace('EDITION', await dataPackageVersion()).replace('COUNTS', counts)}\n${
      differences.map(differenceRow).join('\n')
    }\n`,
  };
}

const REPORT_HEADING = `# Data about KMS and IAM

<!-- Made by \`npm run data\`. -->

What rules, verdicts and completions know of AWS lies in \`server/src/core/aws/data/\`: COUNTS, and the Regions and services.
\`npm run data\` compares it with EDITION, a copy of the Service Authorization Reference. To follow AWS: take a newer
version of the package, run it, and either change the data or say in \`scripts/data/difference-explanations.ts\` why it stays.
A test fails while a difference is unexplained.

| About | Here | There | Why |
|---|---|---|---|`;

function differenceRow({ subject, projectValue: here, awsValue: there }: Difference): string {
  const [only, more] = [missingFromList(here, there), missingFromList(there, here)];
  return `| ${subject} | ${only} | ${more} | ${DIFFERENCE_EXPLANATIONS[subject] ?? '**not explained yet**'} |`;
}

/** Of a list only what the other one lacks. */
function missingFromList(list: string, other: string): string {
  const known = new Set(other.split(', '));
  return list.split(', ').filter((item) => !known.has(item)).join(', ');
}
