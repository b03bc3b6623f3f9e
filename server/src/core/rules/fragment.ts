import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { FileDiscovery } from '../discovery/read-file';
import { fixFiles, type Fix } from './shared/fix';
import { isIncompleteStatement, isKmsPolicy } from './shared/kms-statements';
import { repairFixes } from './shared/repair-fixes';
import { wrapStatementEdits } from './shared/repair-pasted-policy';
import type { Rule } from './rule';

export const fragment: Rule = {
  code: 'fragment',
  severity: 'info',
  summary: 'A statement without the policy document around it',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html',
  check: {
    *file({ uri, reading }) {
      for (const located of reading.policies) {
        const { policy } = located;
        if (!policy.isFragment || !isKmsPolicy(policy) && !policy.statements.some(({ isSkeleton }) => isSkeleton)) continue;
        const first = policy.node.members[0]?.key.span ?? policy.node.span;
        const isSingle = policy.statements.length < 2;
        yield {
          at: locationInFile(located, first),
          message: isSingle
            ? 'This is a statement without the policy document around it. '
              + 'It is checked by itself; AWS accepts it only inside "Statement" of a whole policy.'
            : 'These are statements without the policy document around them. '
              + 'They are checked by themselves; AWS accepts them only inside "Statement" of a whole policy.',
          fixes: () => wrapInDocumentFixes(uri, reading, located),
        };
      }
    },
  },
};

function wrapInDocumentFixes(uri: string, reading: FileDiscovery, { policy: { statements } }: DiscoveredPolicy): Fix[] {
  const { layer, faults, roots } = reading;
  if (faults.length > 0) return repairFixes(uri, reading);
  // What is still being typed cannot be moved.
  if (statements.some(isIncompleteStatement)) return [];
  const { edits } = layer.syntax.renderEdits(layer, wrapStatementEdits(roots));
  const title = statements.length === 1 ? 'Wrap the statement in a policy document' : 'Wrap the statements in a policy document';
  return edits && edits.length > 0 ? [fixFiles(title, [{ uri, edits }], { preferred: true })] : [];
}
