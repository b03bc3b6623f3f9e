import type { ArnAsAttachment } from '../discovery/template-fault';
import { fixLayer, type Fix } from './shared/fix';
import { templateFaultsOfKind } from './shared/template-faults';
import type { Rule } from './rule';

export const attachmentNotAName: Rule = {
  code: 'attachment-not-a-name',
  severity: 'error',
  summary: 'A template attaches a policy by an ARN, and IAM accepts a name',
  href: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html',
  suppressible: false,
  check: {
    *file({ uri, reading }) {
      for (const fault of templateFaultsOfKind(reading, 'attachment-not-a-name')) {
        yield {
          at: fault.at,
          message: `This is an ARN, but ${fault.property} accepts only the name of a ${fault.identityKind}: IAM rejects the ARN, and the `
            + 'deployment fails.',
          fixes: () => fixesFor(uri, fault),
        };
      }
    },
  },
};

function fixesFor(uri: string, { logicalId, name, node, layer }: ArnAsAttachment): readonly Fix[] {
  const value = logicalId === undefined ? name : { Ref: logicalId };
  const title = logicalId === undefined ? `Use the name ${name ?? ''}` : `Use the name: Ref ${logicalId}`;
  return value === undefined ? [] : [fixLayer(title, uri, layer, [{ edit: 'replace', node, value }], { preferred: true })];
}
