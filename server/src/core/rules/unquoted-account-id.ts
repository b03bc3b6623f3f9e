import { fixLayer } from './shared/fix';
import { templateFaultsOfKind } from './shared/template-faults';
import type { Rule } from './rule';

/**
 * CloudFormation reads the octal numbers of YAML 1.1. What has an 8 or a 9 is text for it, and a decimal number for tools that read YAML
 * 1.2.
 *
 * Sources: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/745, https://github.com/aws/aws-cli/issues/2934
 */
export const unquotedAccountId: Rule = {
  code: 'unquoted-account-id',
  severity: 'error',
  summary: 'An account id that begins with 0 has no quotes in YAML',
  href: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html',
  check: {
    *file({ uri, reading }) {
      for (const { at, node, layer } of templateFaultsOfKind(reading, 'unquoted-account-id')) {
        const { value } = node;
        const isOctal = /^[0-7]+$/.test(value);
        yield {
          at,
          severity: isOctal ? 'error' : 'warning',
          message: isOctal
            ? `${value} without quotes is an octal number: CloudFormation reads it as ${Number.parseInt(value, 8)}, which is not this `
              + 'account. Put the account id in quotes.'
            : `${value} without quotes is a number for some tools: "aws cloudformation package", SAM and others write it as `
              + `${value.replace(/^0+/, '')}, which is not this account. Put the account id in quotes.`,
          fixes: () => [fixLayer('Put the account id in quotes', uri, layer, [{ edit: 'replace', node, value }],
            { preferred: true, safe: true })],
        };
      }
    },
  },
};
