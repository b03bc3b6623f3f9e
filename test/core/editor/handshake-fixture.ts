import type { Workspace } from '../../../server/src/core/workspace/workspace';
import type { Location } from '../../../server/src/core/text/span';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN, rootArn } from '../../support/fixtures';
import { textOf } from '../../support/expect-findings';
import { pathOfUri, type FilesByPath } from '../../support/workspace-from-texts';

export const KEY = 'producer/key.json';
export const APP = 'consumer/app.json';
export const MANIFEST = 'kms-handshake.json';

/** A key policy, the policy of a role in another account, and their declarations. */
export const PAIR: Readonly<Record<string, string>> = texts({
  [KEY]: {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' },
      { Sid: 'Consumer', Effect: 'Allow', Principal: { AWS: [ROLE_ARN] }, Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: '*',
        Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER } } },
    ],
  },
  [APP]: {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'UseKey', Effect: 'Allow', Action: ['kms:Decrypt', 's3:GetObject'], Resource: KEY_ARN },
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    ],
  },
  [MANIFEST]: {
    keys: [{ arn: KEY_ARN, policy: KEY, aliases: ['alias/app'] }],
    identities: [{ arn: ROLE_ARN, policies: ['consumer/*.json'] }],
    accounts: { [OWNER]: 'keys' },
  },
});

export function texts(files: FilesByPath): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textOf(content)]));
}

/** The files with the only `before` of that file replaced; a `|` in `after` is the cursor. */
export function changed(path: string, before: string, after: string, files = PAIR): Readonly<Record<string, string>> {
  const text = files[path] ?? '';
  const parts = text.split(before);
  if (parts.length !== 2) throw new Error(`${parts.length - 1} times ${before} in ${path}`);
  return { ...files, [path]: parts.join(after) };
}

/** `consumer/app.json:4 "UseKey"`: the file, the line and the text there, of which only the first line is shown. */
export function shown({ files }: Workspace, { uri, span }: Location): string {
  const text = files.get(uri)?.source.text ?? '';
  const [first = '', ...more] = text.slice(span.start, span.end).split('\n');
  return `${pathOfUri(uri)}:${text.slice(0, span.start).split('\n').length} ${first}${more.length > 0 ? '…' : ''}`;
}
