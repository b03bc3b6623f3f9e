import { containsSymbol } from '../aws/identifier-comparison';
import { keyIdForm } from '../aws/key-arn';
import { locationInFile } from '../discovery/discovery-result';
import { valueSpan } from '../syntax/tree';
import { kmsResources } from './shared/kms-statements';
import { resourceFault } from './shared/value-faults';
import type { Rule } from './rule';

/** What stands behind `key/` is no key id. In key policies the value is `key-policy-resource-not-star` anyway. */
export const keyIdFormat: Rule = {
  code: 'key-id-format',
  severity: 'warning',
  summary: 'The ARN of a key does not end in a key id',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-id',
  fixable: false,
  check: {
    *identityPolicy({ policy: located }) {
      const { policy } = located;
      for (const { statement, pattern: { form, arn, text: policyString }, pattern } of kmsResources(policy)) {
        if (form !== 'key' || !arn) continue;
        const id = arn.resource.slice('key/'.length);
        if (keyIdForm(id) !== undefined || containsSymbol(id) || /[*?]|\$\{/.test(id) || resourceFault(pattern, statement)) continue;
        const { node, value } = policyString;
        yield {
          at: locationInFile(located, node.value === value ? valueSpan(node, value.length - id.length, value.length) : node.content),
          message: id.startsWith('alias/')
            ? 'This alias is not a key id, so the value matches no key: an alias has an ARN of its own, without "key/".'
            : `"${id}" is not a key id: a key id is 32 hexadecimal digits in five groups (1234abcd-12ab-34cd-56ef-1234567890ab), or `
              + '"mrk-" and 32 of them. KMS makes the ids, so no key has this one.',
        };
      }
    },
  },
};
