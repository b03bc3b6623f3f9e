import type { Span } from '../../text/span';
import type { SyntaxFault, SyntaxFaultKind } from '../syntax-fault';

export interface LayerEdit {
  readonly span: Span;
  readonly newText: string;
}

/** A cause that the text can have many times, reported once: `no-break-space`, `comment`, a row of documents. */
export interface FaultCause {
  readonly kind: SyntaxFaultKind;
  readonly message: string;
  readonly title: string;
}

/** Collects what is wrong with one text. */
export interface SyntaxFaultCollector {
  /** One more place of a cause; `count` when the span holds several. */
  readonly addOccurrence: (faultCause: FaultCause, span: Span, layerEdits: readonly LayerEdit[], count?: number) => void;
  readonly add: (fault: SyntaxFault) => void;
  readonly hasOccurrence: (cause: FaultCause) => boolean;
  /** Makes the fix of the string that the text ends in close what is open around it, too. */
  readonly extendOpenString: (edits: readonly LayerEdit[]) => void;
  /** In the order of the text. */
  readonly sortedFaults: () => readonly SyntaxFault[];
}

/** A text with more faults than this is no policy with a slip in it: the rest tells nobody anything. */
const MAX_FAULTS = 100;

export function createSyntaxFaultCollector(): SyntaxFaultCollector {
  const faults: SyntaxFault[] = [];
  const causes = new Map<FaultCause, { readonly span: Span; readonly edits: LayerEdit[]; count: number }>();

  function note(faultCause: FaultCause, span: Span, layerEdits: readonly LayerEdit[], count = 1): void {
    const known = causes.get(faultCause);
    if (!known) {
      causes.set(faultCause, { span, edits: [...layerEdits], count });
      return;
    }
    known.count += count;
    for (const layerEdit of layerEdits) known.edits.push(layerEdit);
  }

  function all(): readonly SyntaxFault[] {
    for (const [cause, { span, edits, count }] of causes) {
      const fix = edits.length === 0 ? undefined : { title: cause.title, edits: [...edits].sort((a, b) => a.span.start - b.span.start) };
      faults.push({ kind: cause.kind, span, message: cause.message, count, fix });
    }
    causes.clear();
    return faults.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  }

  function extendOpenString(edits: readonly LayerEdit[]): void {
    let at = faults.length - 1;
    while (at >= 0 && faults[at]?.kind !== 'unterminated-string') at--;
    const found = faults[at];
    if (!found?.fix) return;
    const newText = [...found.fix.edits, ...edits].map((edit) => edit.newText).join('');
    faults[at] = { ...found,
      fix: { title: 'Close the string and the brackets', edits: found.fix.edits.map((edit) => ({ span: edit.span, newText })) } };
  }

  return { addOccurrence: note, hasOccurrence: (cause) => causes.has(cause), extendOpenString, add: (fault) => {
    if (faults.length < MAX_FAULTS) faults.push(fault);
  }, sortedFaults: all };
}

export function syntaxFault(kind: SyntaxFaultKind, span: Span, message: string, title?: string,
  layerEdits: readonly LayerEdit[] = []): SyntaxFault {
  return { kind, span, message, count: 1, fix: title === undefined || layerEdits.length === 0 ? undefined : { title, edits: layerEdits } };
}
