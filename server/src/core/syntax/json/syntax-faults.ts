import type { Span, TextEdit } from '../../text/span';
import { syntaxFault, type SyntaxFault, type SyntaxFaultKind } from '../syntax-fault';
import { insertAt } from '../text-edits';

/** A cause that the text can have many times, reported once: `no-break-space`, `comment`, a row of documents. */
export interface FaultCause {
  readonly kind: SyntaxFaultKind;
  readonly message: string;
  readonly title: string;
}

export const SPECIAL_SPACES: FaultCause = {
  kind: 'no-break-space',
  message: 'JSON does not allow no-break spaces between values',
  title: 'Replace no-break spaces with spaces',
};
export const BYTE_ORDER_MARK: FaultCause = {
  kind: 'no-break-space',
  message: 'The text starts with a byte order mark, which AWS does not accept in a policy',
  title: 'Remove the byte order mark',
};
export const COMMENT_IN_JSON: FaultCause = { kind: 'comment', message: 'JSON has no comments', title: 'Delete comments' };
export const TEMPLATE_IN_JSON: FaultCause = {
  kind: 'unexpected',
  message: 'A template expression with quotes of its own, or outside of quotes, becomes JSON only once it is filled in',
  title: '',
};
export const NON_STANDARD_QUOTES: FaultCause =
  { kind: 'curly-quote', message: 'JSON strings need straight double quotes', title: 'Use straight double quotes' };
export const TRAILING_TEXT: FaultCause =
  { kind: 'trailing-text', message: 'This text is after the end of the JSON document', title: 'Delete the text after the document' };
export const LEADING_TEXT: FaultCause =
  { kind: 'leading-text', message: 'This text is before the JSON document', title: 'Delete the text before the document' };
export const MISSING_BRACES: FaultCause =
  { kind: 'missing-brace', message: 'A brace or bracket is missing here', title: 'Add the missing braces and brackets' };

/** Collects what is wrong with one text. */
export interface SyntaxFaultCollector {
  /** One more place of a cause; `count` when the span holds several. */
  readonly addOccurrence: (cause: FaultCause, span: Span, edits: readonly TextEdit[], count?: number) => void;
  readonly add: (fault: SyntaxFault) => void;
  readonly hasOccurrence: (cause: FaultCause) => boolean;
  /** Makes the fix of the string that the text ends in close the brackets around it, too. */
  readonly extendOpenString: (edits: readonly TextEdit[]) => void;
  /** In the order of the text. To be called once, at the end. */
  readonly sortedFaults: () => readonly SyntaxFault[];
}

/** A text with more faults than this is no policy with a slip in it: more of them help nobody. */
const MAX_FAULTS = 100;

export function createSyntaxFaultCollector(): SyntaxFaultCollector {
  const faults: SyntaxFault[] = [];
  const causes = new Map<FaultCause, { readonly span: Span; readonly edits: TextEdit[]; count: number }>();
  return {
    addOccurrence: (cause, span, edits, count = 1) => {
      const occurrences = causes.get(cause);
      if (!occurrences) {
        causes.set(cause, { span, edits: [...edits], count });
        return;
      }
      occurrences.count += count;
      occurrences.edits.push(...edits);
    },
    add: (fault) => {
      if (faults.length < MAX_FAULTS) faults.push(fault);
    },
    hasOccurrence: (cause) => causes.has(cause),
    extendOpenString: (edits) => {
      const index = faults.map(({ kind }) => kind).lastIndexOf('unterminated-string');
      const fault = faults[index];
      const [edit] = fault?.fix?.edits ?? [];
      if (!fault || !edit) return;
      const newText = [edit, ...edits].map((part) => part.newText).join('');
      faults[index] = { ...fault, fix: { title: 'Close the string and the brackets', edits: [{ span: edit.span, newText }] } };
    },
    sortedFaults: () => {
      const repeated = Array.from(causes, ([{ kind, message, title }, { span, edits, count }]) =>
        ({ ...syntaxFault(kind, span, message, title, edits.sort((a, b) => a.span.start - b.span.start)), count }));
      return [...faults, ...repeated].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    },
  };
}

/** Puts quotes around a word. */
export function quoteEdits({ start, end }: Span): TextEdit[] {
  return [insertAt(start, '"'), insertAt(end, '"')];
}
