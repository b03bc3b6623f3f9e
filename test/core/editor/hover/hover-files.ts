import { hoverOnWord } from '../../../support/hover';
import { textOf } from '../../../support/expect-findings';

export const KEY = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const APP = 'arn:aws:iam::444455556666:role/App';

export const statements = (...all: readonly object[]): string => textOf({ Version: '2012-10-17', Statement: all });

export const MANIFEST = textOf({
  keys: [{ arn: KEY, policy: 'owner/key.json', aliases: ['alias/app'], keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' }],
  identities: [{ arn: APP, policies: ['consumer/app.json'] }],
  accounts: { '111122223333': 'security', '444455556666': 'analytics' },
  organizations: { 'o-exampleorgid': ['111122223333', '444455556666'] },
  placeholders: [{ files: ['owner/**'], values: { other: '777788889999' } }],
});

export const ROOT = { Sid: 'Root', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' };

/** The key lets the statement's principal in; the role App asks for Decrypt, and for what does not work. */
export function files(opening: object, asking: object = {}): Record<string, string> {
  return {
    'kms-handshake.json': MANIFEST,
    'owner/key.json': statements(ROOT, { Sid: 'Open', Effect: 'Allow', Principal: { AWS: APP }, Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Resource: '*', ...opening }),
    'consumer/app.json': statements({ Sid: 'Use', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:De*'], Resource: KEY, ...asking }),
  };
}

export const inKey = (word: string, opening: object = {}): string => hoverOnWord(files(opening), 'owner/key.json', word).text;
export const inApp = (word: string, asking: object = {}, opening: object = {}): string =>
  hoverOnWord(files(opening, asking), 'consumer/app.json', word).text;
