import { joinNames } from '../access/text/describe-access';
import { isMultiRegionId } from '../aws/key-arn';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import { arnFieldSpan, fixArnField } from './shared/arn-fields';
import { linksOfKey } from './shared/external-grantees';
import { kmsActionPatterns } from './shared/key-access-requests';
import { literalKeyIdOf } from './shared/resource-specificity';
import { relatedKeySource } from './shared/wrong-key-arns';
import { resourceFault } from './shared/value-faults';
import type { Rule } from './rule';

export const mrkSingleRegion: Rule = {
  code: 'mrk-single-region',
  severity: 'info',
  summary: 'An IAM policy names one Region of a multi-Region key that is in several',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html',
  check: {
    *identity({ identity, pairs }) {
      const replicas = pairs.filter(({ key }) => key.policy !== undefined && key.keyId !== undefined && isMultiRegionId(key.keyId));
      if (replicas.length < 2) return;
      for (const policy of identity.policies) {
        for (const statement of policy.policy.statements) {
          if (!requestsKeyUse(statement)) continue;
          for (const pattern of statement.resource?.patterns ?? []) {
            const id = literalKeyIdOf(pattern);
            const { arn, text } = pattern;
            if (id === undefined || !arn || resourceFault(pattern, statement)) continue;
            const ofKey = replicas.filter(({ key }) => compareIdentifiers(key.keyId, id) === 'same'
              && compareIdentifiers(key.account, arn.account) === 'same' && compareIdentifiers(key.partition, arn.partition) === 'same');
            // Where the workspace has no such key in the Region, region-mismatch reports it.
            if (!ofKey.some(({ key }) => compareIdentifiers(key.region, arn.region) === 'same')) continue;
            const others = ofKey.filter(({ requests }) => requests.length === 0).map(({ key }) => key);
            if (others.length === 0) continue;
            yield {
              at: locationInFile(policy, arnFieldSpan(text, arn, 'region')),
              message: `No policy here allows the replica in ${joinNames(others.map(({ region }) => region ?? ''))}. `
                + 'This is a multi-Region key: "*" as Region means all replicas. '
                + 'Each has a key policy of its own, which must allow it too.',
              related: others.flatMap(relatedKeySource),
              dependsOnLinks: others.flatMap(linksOfKey),
              fixes: () => fixArnField('Name the key in all Regions', policy, text, arn, 'region', '*'),
            };
          }
        }
      }
    },
  },
};

function requestsKeyUse(statement: Statement): boolean {
  return statement.effect === 'Allow' && statement.resource?.negated === false && kmsActionPatterns(statement).length > 0;
}
