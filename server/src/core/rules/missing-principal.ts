import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import { fixPolicy, type Fix } from './shared/fix';
import { locationOfStatement } from './shared/kms-statements';
import type { Rule } from './rule';

export const missingPrincipal: Rule = {
  code: 'missing-principal',
  severity: 'error',
  summary: 'A statement of a key policy names no principal',
  href: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html',
  check: {
    *malformedInKmsPolicy(element, { policy: located, key }) {
      if (element.kind === 'empty-principal') {
        yield {
          at: locationInFile(located, element.value.span),
          message: 'This Principal names nobody. '
            + 'Each statement of a key policy needs at least one principal, and KMS rejects a policy without one.',
          fixes: () => ownerFixes(located, element.statement, key),
        };
      } else if (element.kind === 'missing-elements' && element.elements.includes('Principal')) {
        yield {
          at: locationOfStatement(located, element.statement),
          message: 'This statement has no Principal. '
            + 'Each statement of a key policy says whom it is for, and KMS rejects a policy in which one does not.',
          fixes: () => ownerFixes(located, element.statement, key),
        };
      }
    },
  },
};

/** Not in a Deny statement, where the owner would lose access. */
function ownerFixes(located: DiscoveredPolicy, statement: Statement, key: Key | undefined): readonly Fix[] {
  if (key?.account === undefined || statement.effect !== 'Allow' || statement.principal?.negated) return [];
  const owner = { AWS: `arn:${key.partition ?? 'aws'}:iam::${key.account}:root` };
  const after = statement.effectNode ? 'Effect' : 'Sid';
  const edit = { edit: 'set-member' as const, object: statement.node, name: 'Principal', value: owner, after };
  return [fixPolicy(`Name the owner of the key, account ${key.account}`, located, [edit])];
}
