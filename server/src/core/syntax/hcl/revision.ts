import type { TextEdit } from '../../text/span';

/** A text with edits made, which still knows what is from the original text. */
export interface Revision {
  /** A number of pieces, in order: where a piece of the original text begins and ends, or new text. */
  readonly pieces: readonly (KeptPiece | string)[];
  readonly original: string;
}

interface KeptPiece {
  readonly start: number;
  readonly end: number;
}

/** @param edits in the order of the text, none within another */
export function createRevision(text: string, edits: readonly TextEdit[]): Revision {
  return reviseText({ pieces: [{ start: 0, end: text.length }], original: text }, edits);
}

/** @param edits of the revised text, in its order */
export function reviseText({ pieces, original }: Revision, edits: readonly TextEdit[]): Revision {
  const revised: (KeptPiece | string)[] = [];
  let index = 0;
  let pieceStart = 0;
  let at = 0;
  const copyUpTo = (end: number, isKept: boolean): void => {
    for (; at < end; at = Math.min(end, pieceStart + lengthOf(pieces[index]))) {
      while (pieces[index] !== undefined && pieceStart + lengthOf(pieces[index]) <= at) pieceStart += lengthOf(pieces[index++]);
      const piece = pieces[index];
      if (piece === undefined) return;
      if (isKept) revised.push(slicePiece(piece, at - pieceStart, Math.min(end - pieceStart, lengthOf(piece))));
    }
  };
  for (const { span, newText } of edits) {
    copyUpTo(span.start, true);
    copyUpTo(span.end, false);
    if (newText !== '') revised.push(newText);
  }
  copyUpTo(Infinity, true);
  return { pieces: revised, original };
}

function lengthOf(piece: KeptPiece | string | undefined): number {
  return piece === undefined ? 0 : typeof piece === 'string' ? piece.length : piece.end - piece.start;
}

function slicePiece(piece: KeptPiece | string, start: number, end: number): KeptPiece | string {
  return typeof piece === 'string' ? piece.slice(start, end) : { start: piece.start + start, end: piece.start + end };
}

export function revisedText({ pieces, original }: Revision): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : original.slice(piece.start, piece.end))).join('');
}

/** Where characters of the revised text are in the original one; those that are new are missing. */
export function originalOffsets({ pieces }: Revision, offsets: readonly number[]): ReadonlySet<number> {
  const originals = new Set<number>();
  let pieceStart = 0;
  let index = 0;
  for (const piece of pieces) {
    const pieceEnd = pieceStart + lengthOf(piece);
    for (; index < offsets.length && (offsets[index] ?? 0) < pieceEnd; index++)
      if (typeof piece !== 'string') originals.add(piece.start + (offsets[index] ?? 0) - pieceStart);
    pieceStart = pieceEnd;
  }
  return originals;
}

/** The edits of the original text that make the revised one. */
export function editsOfRevision({ pieces, original }: Revision): TextEdit[] {
  const edits: TextEdit[] = [];
  let start = 0;
  let newText = '';
  for (const piece of [...pieces, { start: original.length, end: original.length }]) {
    if (typeof piece === 'string') {
      newText += piece;
      continue;
    }
    if (piece.start > start || newText !== '') edits.push({ span: { start, end: piece.start }, newText });
    start = piece.end;
    newText = '';
  }
  return edits;
}
