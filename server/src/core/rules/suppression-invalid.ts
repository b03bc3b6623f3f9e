import { ruleCodeFault } from '../manifest/read-manifest';
import type { Rule } from './rule';

export const suppressionInvalid: Rule = {
  code: 'suppression-invalid',
  severity: 'error',
  summary: 'A comment that suppresses findings has no valid rule or no reason',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
  fixable: false,
  check: {
    *file({ uri, reading, ruleCodes }) {
      for (const { span, codes, reason } of reading.suppressionComments) {
        for (const { code, span: codeSpan } of codes) {
          const fault = ruleCodeFault(code, ruleCodes);
          if (fault !== undefined) yield { at: { uri, span: codeSpan }, message: fault };
        }
        // Without a reason it still suppresses: the missing reason is the finding to see, not the suppressed one.
        if (codes.length === 0 || reason === '') {
          const missing = codes.length === 0 ? 'the code of a rule and a reason' : 'a reason';
          yield { at: { uri, span }, message: `The suppression needs ${missing}: write "kms-handshake:ignore CODE REASON".` };
        }
      }
    },
  },
};
