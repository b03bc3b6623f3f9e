import assert from 'node:assert/strict';
import { discoverPolicies } from '../../../server/src/core/discovery/read-file';
import type { DiscoveredPolicy } from '../../../server/src/core/discovery/discovery-result';
import type { Statement } from '../../../server/src/core/policy/policy';
import type { PolicyString } from '../../../server/src/core/policy/policy-string';
import { isKmsPolicy } from '../../../server/src/core/rules/shared/kms-statements';
import { realFiles } from '../../support/real-files';

/**
 * A policy is judged where the template alone says all of its values, up to the account, the Region and the partition of the stack and the
 * names that the deployment gives: the value of which least is known decides. Defaults of parameters do not count. Of a statement that a
 * condition of the template decides each form is looked at.
 */
function isJudged({ policy: { statements }, template }: DiscoveredPolicy): boolean {
  const isSaidByTemplate = ({ name }: { readonly name: string }): boolean => name.startsWith('AWS::')
    || template?.file.template.resources.has(name.split('.')[0] ?? '') === true;
  return statements.flatMap((statement) => statement.alternatives ?? statement).every((statement) => !statement.hasUnknownEffect
    && valuesOf(statement).every(({ placeholders, assumptions }) => placeholders.every(isSaidByTemplate) && !assumptions));
}

function valuesOf({ principal, action, resource, conditions }: Statement): readonly PolicyString[] {
  return [...principal?.principals ?? [], ...action?.patterns ?? [], ...resource?.patterns ?? []].map(({ text }) => text)
    .concat(conditions.flatMap(({ values }) => values));
}

describe('real templates', function () {
  this.timeout(120_000);

  it('have key policies, and identity policies for KMS, of which four in five are judged without any parameter', function () {
    const policies = Object.entries(realFiles(this, 'KMS_HANDSHAKE_CORPUS', /\.(?:json|ya?ml|template)$/, 'cfn'))
      .flatMap(([name, text]) => discoverPolicies({ uri: `file:///w/${name}`, text }).policies)
      .filter(({ isImplicit, template }) => !isImplicit && template !== undefined);
    for (const kind of ['key', 'identity'] as const) {
      const ofKind = policies.filter(({ policy }) => policy.kind === kind && isKmsPolicy(policy));
      const judged = ofKind.filter(isJudged);
      assert.ok(judged.length >= 0.8 * ofKind.length, `${judged.length} of ${ofKind.length} ${kind} policies`);
    }
  });
});
