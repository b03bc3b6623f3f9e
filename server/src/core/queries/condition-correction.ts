import { callerOf, principalArnPatternOf } from '../access/caller';
import type { ConditionRef } from '../access/verdict';
import { sourceConditionFor } from '../aws/service-source-conditions';
import { operatorNamed } from '../aws/operators';
import type { World } from '../workspace/world';
import type { ExplanationQuestion } from './explanation-steps';

/**
 * What a condition would have to ask for, so that this caller meets it: the caller's account, the ARN of its role with the path, the key by
 * which a service says for whom it calls. Undefined where that is not known, and where the condition excludes the caller by name.
 */
export function correctedConditionText({ condition }: ConditionRef, { identity, key }: ExplanationQuestion, { organizations }: World):
  | string
  | undefined {
  if (condition.operatorName === undefined || condition.operatorName === 'Null' || operatorNamed(condition.operatorName)?.negated !== false)
    return undefined;
  if (identity.kind === 'service') return correctedServiceConditionText(condition.keyLower, identity.id, key);
  switch (condition.keyLower) {
    case 'kms:calleraccount':
    case 'aws:principalaccount':
      return identity.account;
    case 'aws:principalarn':
      return identity.kind === 'user' || identity.kind === 'role' ? principalArnPatternOf(callerOf(identity)) : undefined;
    case 'aws:principalorgid':
      return [...organizations].find(([, accounts]) => identity.account !== undefined && accounts.includes(identity.account))?.[0];
    default:
      return undefined;
  }
}

/**
 * A service that calls as itself is in no organization, and nobody calls through it (IAM User Guide, aws:SourceOrgID; KMS Developer Guide,
 * kms:ViaService).
 */
function correctedServiceConditionText(keyLower: string, service: string,
  { account, partition = 'aws', region = '*' }: ExplanationQuestion['key']): string | undefined {
  switch (keyLower) {
    case 'aws:principalorgid':
      return 'aws:SourceOrgID';
    case 'aws:principalorgpaths':
      return 'aws:SourceOrgPaths';
    case 'kms:viaservice': {
      const limit = sourceConditionFor(service);
      return account === undefined ? limit.key : `${limit.key} ${limit.operator} ${limit.value({ account, partition, region })}`;
    }
    default:
      return undefined;
  }
}
