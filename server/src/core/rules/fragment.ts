import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { JsonValue } from '../syntax/tree-edit';
import { nodeToJson } from '../syntax/canonical-value';
import { fixPolicy } from './shared/fix';
import { isKmsPolicy, isIncompleteStatement } from './shared/kms-statements';
import type { Rule } from './rule';

export const fragment: Rule = {
  code: 'fragment',
  severity: 'info',
  summary: 'A statement without the policy document around it',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html',
  check: {
    *malformed({ kind }, { policy: located }) {
      const { policy } = located;
      if (kind !== 'missing-document' || !isKmsPolicy(policy) && !policy.statements.some(({ isSkeleton }) => isSkeleton)) return;
      const first = policy.node.members[0]?.key.span ?? policy.node.span;
      yield {
        at: locationInFile(located, first),
        message: 'This is a statement without the policy document around it. '
          + 'It is checked by itself; AWS accepts it only inside "Statement" of a whole policy.',
        fixes: () => wrapInDocumentFixes(located),
      };
    },
  },
};

function wrapInDocumentFixes(located: DiscoveredPolicy): ReturnType<typeof fixPolicy>[] {
  const { policy } = located;
  const [statement, ...others] = policy.statements;
  // What is still broken or belongs to several statements cannot be moved as one value.
  if (!statement || others.length > 0 || isIncompleteStatement(statement)) return [];
  const document: JsonValue = { Version: '2012-10-17', Statement: [nodeToJson(policy.node)] };
  return [
    fixPolicy('Wrap the statement in a policy document', located, [{ edit: 'replace', node: policy.node, value: document }], {
      preferred: true,
    }),
  ];
}
