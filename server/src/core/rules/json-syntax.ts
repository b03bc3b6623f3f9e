import type { SyntaxFaultKind } from '../parse/fault';
import { fixFiles } from './fix';
import { mayBeJudged } from './judgements/statements';
import type { FileSubject, RuleFor } from './rule';

/** What has one repair only; where a broken string or a cut-off text ends is a guess, and a comment may be worth keeping. */
const PLAIN: ReadonlySet<SyntaxFaultKind> = new Set(['no-break-space', 'missing-comma', 'trailing-comma', 'curly-quote']);

/** What makes a text no JSON, each cause once, with the repair that the parser worked out. */
export const jsonSyntax: RuleFor<'file', FileSubject> = {
  scope: 'file',
  meta: {
    code: 'json-syntax',
    severity: 'error',
    summary: 'The text is not valid JSON',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html',
    fixable: true,
  },
  *check({ uri, reading }) {
    // Files whose policies are no KMS matter are left to the editor.
    if (!reading.policies.some(({ policy }) => mayBeJudged(policy))) return;
    for (const { layer, fault } of reading.faults) {
      const { fix } = fault;
      yield {
        at: { uri, span: layer.toFile(fault.span) },
        message: fault.count > 1 ? `${fault.message} (${fault.count} places).` : `${fault.message}.`,
        fixes: () => fix ? [fixFiles(fix.title, [{
          uri,
          edits: fix.edits.map((edit) => ({ span: layer.toFile(edit.span), newText: layer.escape(edit.newText) })),
        }], { preferred: true, safe: PLAIN.has(fault.kind) })] : [],
      };
    }
  },
};
