import { fixLayer } from './shared/fix';
import { templateFaultsOfKind } from './shared/template-faults';
import type { Rule } from './rule';

export const subVariableNotEscaped: Rule = {
  code: 'sub-variable-not-escaped',
  severity: 'error',
  summary: 'Fn::Sub contains a policy variable of IAM that is not escaped',
  href: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html',
  suppressible: false,
  check: {
    *file({ uri, reading }) {
      for (const { at, name, nameStart, layer } of templateFaultsOfKind(reading, 'sub-variable-not-escaped')) {
        yield {
          at,
          message: `\${${name}} is not escaped in Fn::Sub: CloudFormation looks for a resource of this name and rejects the template. `
            + `Write \${!${name}} for the policy variable.`,
          fixes: () => [fixLayer(`Escape the variable: \${!${name}}`, uri, layer,
            [{ edit: 'text', span: { start: nameStart, end: nameStart }, newText: '!' }], { preferred: true, safe: true })],
        };
      }
    },
  },
};
