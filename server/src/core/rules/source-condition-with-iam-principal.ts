import { joinNames } from '../access/text/describe-access';
import { formatViaService, VIA_SERVICES } from '../aws/services';
import { parseArn } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Fix } from './shared/fix';
import { fixCondition } from './shared/condition-edits';
import { literalValues, type ConditionInStatement } from './shared/kms-conditions';
import { principalsRequiringSourceKey, isIamPrincipal } from './shared/caller-conditions';
import type { Rule } from './rule';

export const sourceConditionWithIamPrincipal: Rule = {
  code: 'source-condition-with-iam-principal',
  severity: 'warning',
  summary: 'A statement for a user, role or account requires aws:SourceArn or aws:SourceAccount, which only services send',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn',
  check: {
    *condition(conditionInStatement, { policy: located, key }) {
      if (located.policy.kind !== 'key') return;
      const { condition, statement } = conditionInStatement;
      const identities = principalsRequiringSourceKey(condition, statement);
      if (identities.length === 0) return;
      yield {
        at: locationInFile(located, condition.keyMember.key.span),
        message: `${condition.key} is only in requests that a service makes as itself. `
          + `Requests of ${joinNames(identities.map(({ text }) => text.value))} do not have it, so the statement `
          + 'does not allow them. To limit users and roles, use kms:CallerAccount or kms:ViaService.',
        related: identities
          .map(({ text }) => ({ at: locationInFile(located, text.node.span), message: 'Its requests do not have the key.' })),
        fixes: () => fixesFor(located, key?.region, conditionInStatement),
      };
    },
  },
};

/** Replaces the source account by the caller's account, and the ARN of a service's resource by the service that makes the call. */
function fixesFor(located: DiscoveredPolicy, region: string | undefined, conditionInStatement: ConditionInStatement): Fix[] {
  const { condition, statement } = conditionInStatement;
  const principals = statement.principal?.principals ?? [];
  if (!principals.every(isIamPrincipal)) return [];
  const values = literalValues(condition).map(({ value }) => value);
  if (condition.keyLower === 'aws:sourceaccount') {
    if (!principals.every(({ account }) => account !== undefined && values.includes(account))) return [];
    const change = { key: 'kms:CallerAccount' };
    return fixCondition('Require kms:CallerAccount instead', located, conditionInStatement, change, { preferred: true });
  }
  if (condition.keyLower !== 'aws:sourcearn' || region === undefined || values.length !== 1) return [];
  const service = parseArn(values[0] ?? '')?.service ?? '';
  if (!VIA_SERVICES.has(service)) return [];
  const value = formatViaService(service, region);
  const change = { operator: 'StringEquals', key: 'kms:ViaService', value };
  return fixCondition(`Require kms:ViaService ${value} instead`, located, conditionInStatement, change);
}
