import {
  matrixCsv, matrixMarkdown, matrixReport, matrixRows, matrixSvg, matrixText, matrixSummaryOf, evaluatePairs, type MatrixRow, type Pair,
} from '../core/index';
import type { Host } from '../host/host';
import type { MatrixArguments } from './arguments';
import { loadWorkspace, relativePathOf } from './load-workspace';
import type { Terminal } from './terminal';

/** The formats that give every reason; the picture, `svg`, gives numbers only. */
const ROW_FORMATTERS: Readonly<Record<Exclude<MatrixArguments['format'], 'svg'>, (rows: readonly MatrixRow[]) => string>> = {
  text: matrixText,
  json: (rows) => `${JSON.stringify(matrixReport(rows), null, 2)}\n`,
  csv: matrixCsv,
  markdown: matrixMarkdown,
};

/**
 * `matrix`: a row for each identity and key that meet in either half (that of a single file, when one is named), their actions grouped by
 * outcome.
 */
export async function runMatrix(command: MatrixArguments, host: Host, terminal: Terminal): Promise<number> {
  const { workspace, isRequested, rangeOf } = await loadWorkspace(host, terminal, { ...command, paths: [command.path] });
  const isAsked = ({ identity: { policies }, key: { policy } }: Pair): boolean =>
    [...policies, ...policy ? [policy] : []].some(({ uri }) => isRequested(uri));
  const pairs = evaluatePairs(workspace.world, isAsked);
  const file = (uri: string): string => relativePathOf(terminal, uri);
  terminal.writeOutput(command.format === 'svg'
    ? matrixSvg(matrixSummaryOf(pairs, workspace.world, file))
    : ROW_FORMATTERS[command.format](matrixRows(pairs, { file, line: (at) => rangeOf(at).line })));
  return 0;
}
