import * as assert from 'node:assert/strict';
import { completionLabelsAt } from '../../support/completion';
import type { Completion } from '../../../server/src/core/editor/completion/completions';
import { toPlainText } from '../../../server/src/core/editor/hover/rich-text';
import type { FilesByPath } from '../../support/workspace-from-texts';

export const OWNER = '111122223333';
export const OTHER = '444455556666';
export const KEY_ARN = `arn:aws:kms:us-west-2:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const ROLE = `arn:aws:iam::${OTHER}:role/App`;
export const MANIFEST = {
  keys: [{ arn: KEY_ARN, policy: 'key.json', aliases: ['alias/app'] }],
  identities: [{ arn: ROLE, policies: ['app.json'] }],
  accounts: { [OWNER]: 'security', [OTHER]: 'analytics' },
  organizations: { 'o-exampleorgid': [OWNER, OTHER] },
};

export const OWNER_STATEMENT = '{ "Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": { "AWS": '
  + `"arn:aws:iam::${OWNER}:root" }, "Action": "kms:*", "Resource": "*" }`;
export const policy = (statements: string): string => `{ "Version": "2012-10-17", "Statement": [${statements}] }`;
export const allow = (rest: string): string => policy(`{ "Effect": "Allow", ${rest} }`);
/** A statement of a key policy that allows somebody from outside. */
export const letIn = (rest: string, principal = `{ "AWS": "arn:aws:iam::${OTHER}:root" }`): string =>
  policy(`${OWNER_STATEMENT}, { "Sid": `
    + `"x", "Effect": "Allow", "Principal": ${principal}, ${rest} }`);
export const when = (condition: string, actions = '"kms:Decrypt"'): string =>
  letIn(`"Action": ${actions}, "Resource": "*", "Condition": ${condition}`);
export const known = (path: string, text: string): FilesByPath => ({ 'kms-handshake.json': MANIFEST, 'key.json': policy(OWNER_STATEMENT),
  'app.json': allow(`"Action": "kms:Decrypt", "Resource": "${KEY_ARN}"`), [path]: text });
export const inKey = (text: string): FilesByPath => known('key.json', text);
export const inApp = (text: string): FilesByPath => known('app.json', text);
export const has = (files: FilesByPath, ...labels: readonly string[]): void => {
  const offered = completionLabelsAt(files);
  for (const label of labels) assert.ok(offered.includes(label), `${label} among ${offered.slice(0, 20).join(', ')}`);
};
export const lacks = (files: FilesByPath, ...labels: readonly string[]): void => {
  const offered = completionLabelsAt(files);
  assert.ok(offered.length > 0, 'something is offered');
  for (const label of labels) assert.ok(!offered.includes(label), `${label} is offered`);
};

export const told = ({ documentation = [] }: Completion): string => toPlainText(documentation);
