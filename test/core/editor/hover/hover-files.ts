import { RULES } from '../../../../server/src/core/rules/registry';
import { hoverOnWord } from '../../../support/hover';
import { textOf } from '../../../support/expect-findings';
import { CONSUMER, KEY_ARN, OWNER, OWNER_STATEMENT, policyDocument, ROLE_ARN } from '../../../support/fixtures';

export const statements = (...all: readonly object[]): string => textOf(policyDocument(...all));

export const MANIFEST = textOf({
  keys: [{ arn: KEY_ARN, policy: 'owner/key.json', aliases: ['alias/app'], keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' }],
  identities: [{ arn: ROLE_ARN, policies: ['consumer/app.json'] }],
  accounts: { [OWNER]: 'security', [CONSUMER]: 'analytics' },
  organizations: { 'o-exampleorgid': [OWNER, CONSUMER] },
  placeholders: [{ files: ['owner/**'], values: { other: '777788889999' } }],
});

/** The key policy allows the role, with these elements changed; the role has kms:Decrypt, and actions that do not work. */
export function files(keyElements: object, roleElements: object = {}): Record<string, string> {
  return {
    'kms-handshake.json': MANIFEST,
    'owner/key.json': statements(OWNER_STATEMENT, { Sid: 'Open', Effect: 'Allow', Principal: { AWS: ROLE_ARN },
      Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: '*', ...keyElements }),
    'consumer/app.json': statements({ Sid: 'Use', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:De*'], Resource: KEY_ARN,
      ...roleElements }),
  };
}

/** The same without findings, so that hovers tell every verdict themselves. */
export function withoutFindings(texts: Record<string, string>): Record<string, string> {
  const manifest = JSON.parse(texts['kms-handshake.json'] ?? '{}') as object;
  const rules = Object.fromEntries(RULES.map(({ code }) => [code, 'off']));
  return { ...texts, 'kms-handshake.json': textOf({ ...manifest, rules }) };
}

export const inKey = (word: string, keyElements: object = {}): string => hoverOnWord(files(keyElements), 'owner/key.json', word).text;
export const inApp = (word: string, roleElements: object = {}, keyElements: object = {}): string =>
  hoverOnWord(files(keyElements, roleElements), 'consumer/app.json', word).text;
