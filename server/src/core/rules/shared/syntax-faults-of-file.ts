import type { LayerFault } from '../../discovery/discoverer';
import type { FileDiscovery } from '../../discovery/read-file';
import type { Syntax } from '../../syntax/syntax';
import type { SyntaxFault, SyntaxFaultKind } from '../../syntax/syntax-fault';
import { fixFiles, type Fix } from './fix';

/** The faults of the texts of a file that are in that syntax: a template in YAML may contain a policy in JSON. */
export function faultsOfSyntax({ faults }: FileDiscovery, id: Syntax['id']): readonly LayerFault[] {
  return faults.filter(({ layer }) => layer.syntax.id === id);
}

/** What has one repair only; where a broken string or a cut-off text ends is a guess, and a comment may be worth keeping. */
const SAFE_TO_FIX_FAULTS: ReadonlySet<SyntaxFaultKind> = new Set(['no-break-space', 'missing-comma', 'trailing-comma', 'curly-quote']);

/** The message of a fault, with the number of its places. */
export function messageOfFault({ message, count }: SyntaxFault): string {
  return count > 1 ? `${message} (${count} places).` : `${message}.`;
}

/** What mends all places of the fault; none where the repair would be a guess. */
export function fixesOfFault(uri: string, { fault: { fix, kind }, layer: sourceLayer }: LayerFault): Fix[] {
  if (!fix) return [];
  const edits = fix.edits.map((edit) => ({ span: sourceLayer.toFileSpan(edit.span), newText: sourceLayer.escape(edit.newText) }));
  // The parts of a string without blanks, such as an ARN, can be joined in one way only.
  const isSafe = SAFE_TO_FIX_FAULTS.has(kind) || kind === 'raw-newline' && fix.edits.every(({ newText }) => newText === '');
  return [fixFiles(fix.title, [{ uri, edits }], { preferred: true, safe: isSafe })];
}
