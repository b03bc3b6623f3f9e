import { memberOf, type Node } from '../../syntax/tree';
import type { Discoverer } from '../discoverer';
import { stringMemberOf } from '../policy-documents/document-shapes';
import type { CloudAssembly } from '../unit-part';
import { givenValues } from './parameter-files';

/**
 * `manifest.json` in the output of the CDK: which template is deployed to which account and Region.
 *
 * Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema.AssemblyManifest.html
 */
export const CLOUD_ASSEMBLIES: Discoverer = {
  id: 'cloud-assemblies',
  syntaxes: ['json'],
  mayContain: ({ uri, text }) => uri.endsWith('/manifest.json') && text.includes(STACK_ARTIFACT_TYPE),
  discover(values, sink) {
    for (const { node } of values) {
      const stacks = stacksIn(memberOf(node, 'artifacts')?.value);
      if (stacks.length > 0) sink.unitParts.push({ kind: 'cloud-assembly', stacks });
    }
    return [];
  },
};

const STACK_ARTIFACT_TYPE = 'aws:cloudformation:stack';

function stacksIn(artifacts: Node | undefined): CloudAssembly['stacks'] {
  if (artifacts?.kind !== 'object') return [];
  return artifacts.members.flatMap(({ key, value: artifact }) => {
    const properties = memberOf(artifact, 'properties')?.value;
    const templatePath = stringMemberOf(properties, 'templateFile');
    if (stringMemberOf(artifact, 'type') !== STACK_ARTIFACT_TYPE || templatePath === undefined) return [];
    const stackName = stringMemberOf(properties, 'stackName') ?? key.value;
    const parameters = memberOf(properties, 'parameters')?.value;
    const values = givenValues((parameters?.kind === 'object' ? parameters.members : []).flatMap(({ key: name, value }) =>
      value?.kind === 'scalar' ? [[name.value, value.value] as const] : []));
    return [{ kind: 'parameters' as const, templatePaths: [templatePath], names: [],
      values: { ...values, 'AWS::StackName': stackName, ...environmentOf(stringMemberOf(artifact, 'environment')) } }];
  });
}

/** Of `aws://111122223333/us-east-1`; what is only known when the stack is deployed is `unknown-account` or `unknown-region`. */
function environmentOf(environment: string | undefined): Readonly<Record<string, string>> {
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment ?? '') ?? [];
  return {
    .../^\d{12}$/.test(account) ? { 'AWS::AccountId': account } : {},
    .../^[a-z]{2,}(?:-[a-z]+)+-\d$/.test(region) && region !== 'unknown-region' ? { 'AWS::Region': region } : {},
  };
}
