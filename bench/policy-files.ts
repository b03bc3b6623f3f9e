import { CONSUMER, identityPolicy, keyIdFromNumber, keyPolicy, OWNER } from '../test/support/fixtures';
import { syntheticFiles } from '../test/support/synthetic-workspace';

/** What the default key policy of the console gives to an external account. */
const GRANTED = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/**
 * Key policies of one account, and roles of another whose policies name them all by one pattern and ask for more than the key policies
 * give.
 */
export function patternFiles(keys: number, roles: number): Record<string, string> {
  const files: Record<string, object> = {};
  for (let i = 0; i < keys; i++)
    files[`${OWNER}/us-west-2/${keyIdFromNumber(i)}/key-policy.json`] = keyPolicy({ Sid: 'Allow an external account to use this key',
      Action: GRANTED });
  const asked = identityPolicy({ Sid: 'UseKey', Resource: [`arn:aws:kms:*:${OWNER}:key/*`],
    Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:Sign'] });
  for (let i = 0; i < roles; i++) files[`${CONSUMER}/role/Role${i}/kms.json`] = asked;
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, toJsonText(content)]));
}

function toJsonText(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** So many policies, half of them key policies, with the `kms-handshake.json` that ties them together; path to text. */
export function policyFiles(count: number): Record<string, string> {
  const files = syntheticFiles({ keys: count / 2, identities: count / 2, links: 'declared', folder: '.' });
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [
    path.replace(/^\.\//, ''), typeof content === 'string' ? content : toJsonText(content),
  ]));
}
