import type { Rule } from './rule';

/** In a template of SAM, of which the policies need not be among those that are read: nobody has them. */
export const samPoliciesIgnored: Rule = {
  code: 'sam-policies-ignored',
  severity: 'warning',
  summary: 'Policies of a SAM function with a Role have no effect',
  href: 'https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html',
  fixable: false,
  check: {
    *file({ reading }) {
      for (const fault of reading.templateFaults) {
        if (fault.kind !== 'sam-policies-ignored') continue;
        yield {
          at: fault.at,
          message: `The role of ${fault.logicalId} does not get these KMS permissions: SAM ignores Policies where there is a Role. Add `
            + 'them to a policy of the role.',
        };
      }
    },
  },
};
