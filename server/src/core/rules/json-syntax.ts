import type { SyntaxFaultKind } from '../syntax/syntax-fault';
import { fixFiles } from './shared/fix';
import { mayBeKmsPolicy } from './shared/kms-statements';
import type { Rule } from './rule';

/** What has one repair only; where a broken string or a cut-off text ends is a guess, and a comment may be worth keeping. */
const SAFE_TO_FIX_FAULTS: ReadonlySet<SyntaxFaultKind> = new Set(['no-break-space', 'missing-comma', 'trailing-comma', 'curly-quote']);

export const jsonSyntax: Rule = {
  code: 'json-syntax',
  severity: 'error',
  summary: 'The text is not valid JSON',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html',
  check: {
    *file({ uri, reading }) {
      // Files whose policies are no KMS matter are left to the editor.
      if (!reading.policies.some(({ policy }) => mayBeKmsPolicy(policy))) return;
      for (const { layer: sourceLayer, fault } of reading.faults) {
        const { fix } = fault;
        yield {
          at: { uri, span: sourceLayer.toFileSpan(fault.span) },
          message: fault.count > 1 ? `${fault.message} (${fault.count} places).` : `${fault.message}.`,
          fixes: () => fix ? [fixFiles(fix.title, [{
            uri,
            edits: fix.edits.map((edit) => ({ span: sourceLayer.toFileSpan(edit.span), newText: sourceLayer.escape(edit.newText) })),
          }], { preferred: true, safe: SAFE_TO_FIX_FAULTS.has(fault.kind) })] : [],
        };
      }
    },
  },
};
