import type { SuppressedCode, SuppressionComment } from '../discovery/suppression-comments';
import { removeSpan } from '../syntax/text-edits';
import { lineEnd, lineStart } from '../text/lines';
import type { TextEdit } from '../text/span';
import type { Rule } from './rule';
import { fixFiles } from './shared/fix';
import { UNUSED_SUPPRESSION_META } from './shared/unused-suppression';

/**
 * A suppression without effect would suppress the next mistake. Which ones have an effect is known only after all other findings:
 * `analysis/apply-settings.ts` drops the findings of the comments that have one, and adds those of the entries of `kms-handshake.json`.
 */
export const suppressionUnused: Rule = {
  ...UNUSED_SUPPRESSION_META,
  check: {
    *file({ uri, reading, ruleCodes }) {
      for (const comment of reading.suppressionComments) {
        for (const suppressedCode of comment.codes) {
          const { code, span } = suppressedCode;
          // Any other is `suppression-invalid`.
          if (!ruleCodes.includes(code)) continue;
          yield {
            at: { uri, span }, unnecessary: true, unusedSuppression: suppressedCode,
            message: `Nothing to suppress: ${comment.coveredSpans.length === 0
              ? 'no statement or value begins below the comment' : `"${code}" finds nothing in what the comment covers`}.`,
            fixes: () => [fixFiles('Remove the suppression', [{ uri, edits: [removeCode(reading.layer.text, comment, suppressedCode)] }],
              { preferred: true })],
          };
        }
      }
    },
  },
};

/** The last code goes with the comment, and a comment with its line. */
function removeCode(text: string, { span, codes }: SuppressionComment, code: SuppressedCode): TextEdit {
  const index = codes.indexOf(code);
  const [previous, next] = [codes[index - 1], codes[index + 1]];
  if (next) return removeSpan({ start: code.span.start, end: next.span.start });
  if (previous) return removeSpan({ start: previous.span.end, end: code.span.end });
  const start = lineStart(text, span.start);
  const before = text.slice(start, span.start).trimEnd();
  if (before !== '') return removeSpan({ start: start + before.length, end: span.end });
  const [restOfLine = ''] = /^[ \t]*(?:\r?\n)?/.exec(text.slice(span.end, lineEnd(text, span.end) + 2)) ?? [];
  return removeSpan({ start, end: span.end + restOfLine.length });
}
