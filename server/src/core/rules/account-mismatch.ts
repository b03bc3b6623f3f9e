import { conflictingKeyArnDrafts } from './shared/conflicting-key-arns';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { draftOfWrongKeyArn, fixesOfWrongField, wrongKeyArnsIn, type WrongKeyArn } from './shared/wrong-key-arns';
import type { Rule } from './rule';

export const accountMismatch: Rule = {
  code: 'account-mismatch',
  severity: 'error',
  summary: 'The account in the ARN of a key is not the account that owns the key',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  check: {
    *identity(subject) {
      for (const wrongKeyArn of wrongKeyArnsIn(subject, 'account')) {
        yield {
          ...draftOfWrongKeyArn(wrongKeyArn, messageOfWrongAccount(wrongKeyArn)),
          fixes: () => fixesOfWrongField(wrongKeyArn).slice(0, 1),
        };
      }
    },
    /** Two ARNs of one key id in two accounts, and nothing says which is right. */
    world: ({ world }) => conflictingKeyArnDrafts(world, 'account', 'A key belongs to one account'),
  },
};

function messageOfWrongAccount({ identity, keys: [key], writtenValue }: WrongKeyArn): string {
  const isOwnAccount = compareIdentifiers(writtenValue, identity.account) === 'same';
  const account = `${writtenValue}${isOwnAccount ? ', the account of the identity itself' : ''}`;
  return `The account of this key is ${key.account ?? 'unknown'}, not ${account}: `
    + 'the statement matches no key and every request is denied. '
    + 'The ARN of a key has the account of its owner, also in policies of other accounts.';
}
