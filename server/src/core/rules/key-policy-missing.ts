import { NO_ACTIONS, unionOfActions } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { generateKeyPolicy } from '../generate/key-policy';
import { locationInFile } from '../discovery/discovery-result';
import { counterpartFix } from './shared/fix';
import { verdictGroupsWithReasons } from './shared/key-access-requests';
import { linkKeyPolicyFixes } from './shared/link-fixes';
import { hasConsistentPartition } from './shared/malformed-key-arns';
import { isCrossAccount } from './shared/external-grantees';
import { literalKeyIdOf, resourceSpecificityOf } from './shared/resource-specificity';
import { resourceFault } from './shared/value-faults';
import type { Rule } from './rule';
import { nameOfIdentity, nameOfKey } from './shared/wording';

export const keyPolicyMissing: Rule = {
  code: 'key-policy-missing',
  severity: 'info',
  summary: 'The workspace does not contain the policy of a key of another account that this IAM policy names',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  check: {
    *identity({ identity, pairs }) {
      const lacking = pairs.filter(({ key }) => !key.policy);
      if (lacking.length === 0) return;
      // An ARN with a wrong Region or account names a key that does not exist: the finding on that field is enough.
      const keyIdsWithPolicy = new Set(pairs.flatMap(({ key }) => key.policy && key.keyId !== undefined ? [key.keyId] : []));
      for (const pair of lacking) {
        const { key } = pair;
        if (!isCrossAccount(identity, key) || key.awsManaged || key.keyId === undefined || keyIdsWithPolicy.has(key.keyId)
          || !hasConsistentPartition(key)) continue;
        const unverified = unionOfActions(verdictGroupsWithReasons(pair.verdicts, ['key-policy-missing']));
        for (const keyAccessRequest of pair.requests) {
          if ((keyAccessRequest.actions & unverified) === NO_ACTIONS) continue;
          for (const pattern of keyAccessRequest.resources) {
            if (resourceSpecificityOf(pattern) !== 'key' || compareIdentifiers(literalKeyIdOf(pattern), key.keyId) !== 'same'
              || resourceFault(pattern, keyAccessRequest.statement)) continue;
            yield {
              at: locationInFile(keyAccessRequest.policy, pattern.text.node.span),
              message: `No policy of ${nameOfKey(key)} is in this workspace. `
                + `Whether it allows ${nameOfIdentity(identity)} cannot be checked; if it does not, this statement has no effect.`,
              fixes: (world) => key.arn === undefined ? [] : [
                ...linkKeyPolicyFixes(world, { ...key, arn: key.arn }),
                ...counterpartFix('Generate the key policy',
                  generateKeyPolicy({ world, policy: keyAccessRequest.policy, keyArn: key.arn }), { confirm: true }),
              ],
            };
          }
        }
      }
    },
  },
};
