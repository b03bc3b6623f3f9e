import {
  matrixCsv, matrixMarkdown, matrixReport, matrixRows, matrixSvg, matrixText, matrixSummaryOf, evaluatePairs, keysAndIdentitiesOfPairs,
  type DiscoveredPolicy, type MatrixRow,
} from '../core/index';
import type { Host } from '../host/host';
import type { MatrixArguments } from './arguments';
import { loadWorkspace, relativePathOf } from './load-workspace';
import type { Terminal } from './terminal';

/** The formats that give every reason; the picture, `svg`, gives numbers only. */
const ROW_FORMATTERS: Readonly<Record<Exclude<MatrixArguments['format'], 'svg'>, (rows: readonly MatrixRow[]) => string>> = {
  text: matrixText,
  json: (rows) => `${JSON.stringify(matrixReport(rows), null, 2)}\n`,
  ndjson: (rows) => matrixReport(rows).rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  csv: matrixCsv,
  markdown: matrixMarkdown,
};

/**
 * `matrix`: a row for each identity and key that meet in either half (that of a single file, when one is named), their actions grouped by
 * outcome.
 */
export async function runMatrix(command: MatrixArguments, host: Host, terminal: Terminal): Promise<number> {
  const { workspace, isRequested, rangeOf } = await loadWorkspace(host, terminal, { ...command, paths: [command.path] });
  const { world } = workspace;
  const isAskedFor = (policies: readonly (DiscoveredPolicy | undefined)[]): boolean =>
    policies.some((policy) => policy !== undefined && isRequested(policy.uri));
  const pairs = evaluatePairs(world, ({ identity, key }) => isAskedFor([...identity.policies, key.policy]));
  const file = (uri: string): string => relativePathOf(terminal, uri);
  if (command.format === 'svg') {
    const { keys, identities } = keysAndIdentitiesOfPairs(world, pairs);
    terminal.writeOutput(matrixSvg(matrixSummaryOf(pairs, world, file, {
      keys: keys.filter(({ policy }) => isAskedFor([policy])), identities: identities.filter(({ policies }) => isAskedFor(policies)),
    })));
  } else terminal.writeOutput(ROW_FORMATTERS[command.format](matrixRows(pairs, world, { file, line: (at) => rangeOf(at).line })));
  return 0;
}
