import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { PrincipalElement, Statement } from '../policy/policy';
import { itemsOf, type Member, type Node } from '../syntax/tree';
import type { Key } from '../linking/entities';
import { fixPolicy, type Fix } from './shared/fix';
import { hasMisspelledElement, isIncompleteStatement, locationOfStatement } from './shared/kms-statements';
import { isPlaceholderStatement } from './shared/placeholder-statements';
import type { Rule } from './rule';

/** A statement of a key policy without a principal. */
export const missingPrincipal: Rule = {
  code: 'missing-principal',
  severity: 'error',
  summary: 'A statement of a key policy names no principal',
  href: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html',
  check: {
    *nonstandardPolicy({ policy: located, key }) {
      if (located.policy.kind !== 'key') return;
      for (const statement of located.policy.statements) {
        const { principal } = statement;
        if (isPlaceholderStatement(statement) || (principal ? isOrMayBeFilled(principal) : isOrMayBeAdded(statement))) continue;
        yield {
          at: principal?.member.value ? locationInFile(located, principal.member.value.span) : locationOfStatement(located, statement),
          message: principal
            ? 'This names nobody. Each statement of a key policy needs at least one principal, and KMS rejects a policy without one.'
            : 'This statement has no Principal. '
              + 'Each statement of a key policy says whom it is for, and KMS rejects a policy in which one does not.',
          fixes: () => ownerFixes(located, statement, principal?.member, key),
        };
      }
    },
  },
};

function isOrMayBeFilled({ principals, member }: PrincipalElement): boolean {
  return principals.length > 0 || !isEmptyNode(member.value);
}

function isOrMayBeAdded(statement: Statement): boolean {
  return isIncompleteStatement(statement) || hasMisspelledElement(statement, 'Principal');
}

/** An object or list without any value. One that is still being typed is not empty. */
function isEmptyNode(node: Node | undefined): boolean {
  if (node?.kind === 'object') return node.closed && node.members.every(({ value }) => value?.kind === 'list' && isEmptyNode(value));
  return node?.kind === 'list' && node.closed && itemsOf(node).length === 0;
}

/** Not in a Deny statement, where the owner would lose access. */
function ownerFixes(located: DiscoveredPolicy, statement: Statement, element: Member | undefined, key: Key | undefined): readonly Fix[] {
  if (key?.account === undefined || statement.effect !== 'Allow' || element?.key.value === 'NotPrincipal') return [];
  const owner = { AWS: `arn:${key.partition ?? 'aws'}:iam::${key.account}:root` };
  const after = statement.effectNode ? 'Effect' : 'Sid';
  const edit = { edit: 'set-member' as const, object: statement.node, name: 'Principal', value: owner, after };
  return [fixPolicy(`Name the owner of the key, account ${key.account}`, located, [edit])];
}
