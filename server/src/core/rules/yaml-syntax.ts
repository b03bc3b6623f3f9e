import { mayBeKmsPolicy } from './shared/kms-statements';
import { faultsOfSyntax, fixesOfFault, messageOfFault } from './shared/syntax-faults-of-file';
import type { Rule } from './rule';

export const yamlSyntax: Rule = {
  code: 'yaml-syntax',
  severity: 'error',
  summary: 'The text is not valid YAML',
  href: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html',
  suppressible: false,
  check: {
    *file({ uri, reading }) {
      if (!reading.policies.some(({ policy }) => mayBeKmsPolicy(policy))) return;
      for (const layerFault of faultsOfSyntax(reading, 'yaml')) {
        yield {
          at: { uri, span: layerFault.layer.toFileSpan(layerFault.fault.span) },
          message: messageOfFault(layerFault.fault),
          fixes: () => fixesOfFault(uri, layerFault),
        };
      }
    },
  },
};
