import { locationInFile } from '../discovery/discovery-result';
import { confirmKeyPolicy } from './shared/link-fixes';
import type { Rule } from './rule';

const MAX_CHOICES = 6;

/** In a folder of fifty key policies, each finding would otherwise list all the others. */
const MAX_RELATED_POLICIES = 3;

export const linkAmbiguous: Rule = {
  code: 'link-ambiguous',
  severity: 'info',
  summary: 'The key policy could belong to several keys',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
  check: {
    *world({ world }) {
      for (const { policy, at, account, candidates, competingPolicies: rivals } of world.linkReport.ambiguous) {
        const arns = candidates.flatMap((key) => key.arn ?? []);
        const others = rivals.filter((rival) => rival !== policy);
        yield {
          at,
          message: arns.length > 1
            ? `This key policy could belong to ${arns.length} keys of account ${account}: a key policy does not name its key. `
              + 'What depends on the key is not checked until the link is confirmed.'
            : `This key policy and ${others.length === 1 ? 'another' : `${others.length} others`} could belong to one key of account `
              + `${account}${arns[0] === undefined ? '' : ` (${arns[0]})`}: a key policy does not name its key. `
              + 'What depends on the key is not checked until the link is confirmed.',
          related: others.slice(0, MAX_RELATED_POLICIES).map((rival) => ({
            at: locationInFile(rival, rival.policy.node.members[0]?.key.span ?? rival.policy.node.span),
            message: 'This key policy could belong to the same key.',
          })),
          dependsOnLinks: [],
          fixes: (current) => arns.slice(0, MAX_CHOICES).flatMap((arn) => confirmKeyPolicy(current, policy, arn)),
        };
      }
    },
  },
};
