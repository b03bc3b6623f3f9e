import type { Rule } from './rule';

export const manifestInvalid: Rule = {
  code: 'manifest-invalid',
  severity: 'error',
  summary: 'kms-handshake.json contains an entry that is not valid',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
  fixable: false,
  check: {
    *world({ world }) {
      for (const { uri, span, message, severity } of world.linkReport.manifest) {
        yield { at: { uri, span }, message: /[.?]$/.test(message) ? message : `${message}.`, severity };
      }
    },
  },
};
