import { fixLayer } from './shared/fix';
import { templateFaultsOfKind } from './shared/template-faults';
import type { Rule } from './rule';

export const subMissing: Rule = {
  code: 'sub-missing',
  severity: 'error',
  summary: 'A reference to a name of the template is plain text without Fn::Sub',
  href: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html',
  check: {
    *file({ uri, reading }) {
      for (const { at, name, node, subText, layer } of templateFaultsOfKind(reading, 'sub-missing')) {
        yield {
          at,
          message: `"\${${name}}" is not replaced by CloudFormation here, since Fn::Sub is not around it: it stays plain text, and the `
            + 'value never matches.',
          // The lines of a block scalar are not the text of one line.
          fixes: () => (node.value.includes('\n') ? []
            : [fixLayer('Put Fn::Sub around the value', uri, layer, [{ edit: 'replace', node, value: { 'Fn::Sub': subText } }],
              { preferred: true })]),
        };
      }
    },
  },
};
