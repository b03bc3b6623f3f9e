import * as assert from 'node:assert/strict';
import { completionLabelsAt } from '../../support/completion';
import type { Completion } from '../../../server/src/core/editor/completion/completions';
import { toPlainText } from '../../../server/src/core/editor/hover/rich-text';
import type { FilesByPath } from '../../support/workspace-from-texts';
import { CONSUMER, KEY_ARN, OWNER, OWNER_STATEMENT, ROLE_ARN, rootArn } from '../../support/fixtures';

export const MANIFEST = {
  keys: [{ arn: KEY_ARN, policy: 'key.json', aliases: ['alias/app'] }],
  identities: [{ arn: ROLE_ARN, policies: ['app.json'] }],
  accounts: { [OWNER]: 'security', [CONSUMER]: 'analytics' },
  organizations: { 'o-exampleorgid': [OWNER, CONSUMER] },
};

/** The builders below make texts, since a `|` in them is the cursor. */
export const OWNER_STATEMENT_TEXT = JSON.stringify(OWNER_STATEMENT, null, 1).replace(/\n */g, ' ');
export const policy = (statements: string): string => `{ "Version": "2012-10-17", "Statement": [${statements}] }`;
export const allow = (elements: string): string => policy(`{ "Effect": "Allow", ${elements} }`);
/** A statement of a key policy that allows another account. */
export const allowConsumer = (elements: string, principal = `{ "AWS": "${rootArn(CONSUMER)}" }`): string =>
  policy(`${OWNER_STATEMENT_TEXT}, { "Sid": `
    + `"x", "Effect": "Allow", "Principal": ${principal}, ${elements} }`);
export const allowIf = (condition: string, actions = '"kms:Decrypt"'): string =>
  allowConsumer(`"Action": ${actions}, "Resource": "*", "Condition": ${condition}`);
export const declaredFiles = (path: string, text: string): FilesByPath => ({ 'kms-handshake.json': MANIFEST,
  'key.json': policy(OWNER_STATEMENT_TEXT), 'app.json': allow(`"Action": "kms:Decrypt", "Resource": "${KEY_ARN}"`), [path]: text });
export const inKey = (text: string): FilesByPath => declaredFiles('key.json', text);
export const inApp = (text: string): FilesByPath => declaredFiles('app.json', text);
export const has = (files: FilesByPath, ...labels: readonly string[]): void => {
  const offered = completionLabelsAt(files);
  for (const label of labels) assert.ok(offered.includes(label), `${label} among ${offered.slice(0, 20).join(', ')}`);
};
export const lacks = (files: FilesByPath, ...labels: readonly string[]): void => {
  const offered = completionLabelsAt(files);
  assert.ok(offered.length > 0, 'something is offered');
  for (const label of labels) assert.ok(!offered.includes(label), `${label} is offered`);
};

export const documentationOf = ({ documentation = [] }: Completion): string => toPlainText(documentation);
