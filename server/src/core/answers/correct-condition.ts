import { callerOf, principalArnOf } from '../access/caller';
import type { OpenCondition } from '../access/verdict';
import { sourceLimit } from '../aws/service-sources';
import { operatorNamed } from '../aws/operators';
import type { World } from '../workspace/world';
import type { Question } from './steps';

/**
 * What a condition would have to ask for, so that this caller meets it: the caller's account, the ARN of its role with the path, the key by which
 * a service says for whom it calls. Undefined where that is not known, and where the condition excludes the caller by name.
 */
export function correctCondition({ condition }: OpenCondition, { identity, key }: Question, { organizations }: World): string | undefined {
  if (condition.base === undefined || condition.base === 'Null' || operatorNamed(condition.base)?.negated !== false) return undefined;
  if (identity.kind === 'service') return correctForService(condition.keyLower, identity.id, key);
  switch (condition.keyLower) {
    case 'kms:calleraccount':
    case 'aws:principalaccount':
      return identity.account;
    case 'aws:principalarn':
      return identity.kind === 'user' || identity.kind === 'role' ? principalArnOf(callerOf(identity)) : undefined;
    case 'aws:principalorgid':
      return [...organizations].find(([, accounts]) => identity.account !== undefined && accounts.includes(identity.account))?.[0];
    default:
      return undefined;
  }
}

/** A service that calls as itself is in no organization, and nobody calls through it (IAM User Guide, aws:SourceOrgID; KMS Developer Guide, kms:ViaService). */
function correctForService(keyLower: string, service: string, { account, partition = 'aws', region = '*' }: Question['key']): string | undefined {
  switch (keyLower) {
    case 'aws:principalorgid':
      return 'aws:SourceOrgID';
    case 'aws:principalorgpaths':
      return 'aws:SourceOrgPaths';
    case 'kms:viaservice': {
      const limit = sourceLimit(service);
      return account === undefined ? limit.key : `${limit.key} ${limit.operator} ${limit.value({ account, partition, region })}`;
    }
    default:
      return undefined;
  }
}
