import type { FileDiscovery } from '../../discovery/read-file';
import type { SyntaxFault, SyntaxFaultKind } from '../../syntax/syntax-fault';
import { scalarAt } from '../../syntax/tree';
import { joinNames } from '../../text/join-names';
import type { Span } from '../../text/span';

/** What came along when a text was pasted from a page or a chat. */
export interface PastedText {
  /** Where the finding about all of it stands. */
  readonly span: Span;
  readonly faults: readonly SyntaxFault[];
  /** Names all causes with their number. */
  readonly message: string;
}

/** How each kind of fault is called in a list of them, one or several. */
const PASTED_FAULTS: ReadonlyMap<SyntaxFaultKind, readonly [string, string]> = new Map([
  ['no-break-space', ['a no-break space', 'no-break spaces']],
  ['curly-quote', ['a quote that is not straight', 'quotes that are not straight']],
  ['raw-newline', ['a string that is broken over several lines', 'strings that are broken over several lines']],
  ['comment', ['a comment', 'comments']],
  ['leading-text', ['text before the document', 'texts before the document']],
  ['trailing-text', ['text after a document', 'texts after a document']],
  ['extra-document', ['a second document', 'more documents']],
  ['missing-brace', ['a missing brace', 'missing braces']],
]);

/**
 * The faults of the file's own text by which one sees that it was pasted. An editor that checks JSON has no word for them: it reports what
 * they do to the text around, often many times. Undefined where there are none.
 */
export function pastedText({ faults, layer, roots, isBraceless }: FileDiscovery): PastedText | undefined {
  const fileFaults = faults.flatMap((layerFault) => (layerFault.layer === layer ? [layerFault.fault] : []));
  const pastedFaults = fileFaults.filter(({ kind }) => PASTED_FAULTS.has(kind) && (kind !== 'missing-brace' || isBraceless));
  const [first] = pastedFaults;
  if (!first) return undefined;
  const spans = pastedFaults.map((fault) => spanOfFault(fault, roots));
  const start = Math.min(...fileFaults.map(({ span }) => span.start), ...spans.map((span) => span.start));
  const span = spans.find((candidate) => candidate.start === start) ?? { start, end: start + 1 };
  return { span, faults: pastedFaults,
    message: `The text contains ${joinNames(namesOfFaults(pastedFaults))}, so it is not JSON and AWS rejects it.` };
}

/** Of a broken string its first line. */
function spanOfFault({ kind, span }: SyntaxFault, roots: FileDiscovery['roots']): Span {
  const string = kind === 'raw-newline' ? scalarAt(roots, span.start) : undefined;
  return string ? { start: string.span.start, end: span.start } : span;
}

function namesOfFaults(faults: readonly SyntaxFault[]): readonly string[] {
  const counts = new Map<SyntaxFaultKind, number>();
  for (const { kind, count } of faults) counts.set(kind, (counts.get(kind) ?? 0) + count);
  return Array.from(counts, ([kind, count]) => {
    const [singular, plural] = PASTED_FAULTS.get(kind) ?? ['', ''];
    return count === 1 ? singular : `${count} ${plural}`;
  });
}
