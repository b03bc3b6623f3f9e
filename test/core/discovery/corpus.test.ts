import assert from 'node:assert/strict';
import type { PolicyKind } from '../../../server/src/core/policy/policy';
import { discoverPolicies } from '../../../server/src/core/discovery/read-file';
import { POLICY_FILE, realFiles } from '../../support/real-files';

const KINDS: Readonly<Record<PolicyKind, true>> = { key: true, identity: true, trust: true, 'other-resource': true, boundary: true,
  'service-control': true, 'resource-control': true, session: true, endpoint: true, ignore: true };

describe('real policies', () => {
  it('have a kind that is known, and no syntax fault where they are valid JSON', function () {
    for (const [name, text] of Object.entries(realFiles(this, 'KMS_HANDSHAKE_CORPUS', POLICY_FILE))) {
      const { policies, faults } = discoverPolicies({ uri: `file:///${name}`, text });
      const value = parsed(text);
      if (value !== undefined) assert.deepEqual(faults, [], name);
      if (isPolicyDocument(value)) assert.deepEqual(policies.map(({ policy }) => policy.isFragment), [false], name);
      for (const { policy, layer } of policies) {
        assert.ok(policy.kind in KINDS, `${name}: ${policy.kind}`);
        assert.ok(policy.node.span.start >= 0 && policy.node.span.end <= layer.text.length, name);
      }
    }
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the value is a policy document whose statements all have an effect and actions. */
function isPolicyDocument(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('Statement' in value) || !Array.isArray(value.Statement)) return false;
  return value.Statement.length > 0 && value.Statement.every((statement: unknown) =>
    typeof statement === 'object' && statement !== null && 'Effect' in statement && 'Action' in statement);
}
