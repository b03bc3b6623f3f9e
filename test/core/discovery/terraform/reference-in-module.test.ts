import assert from 'node:assert/strict';
import { renderPolicyEdits } from '../../../../server/src/core/discovery/policy-edits';
import { discoverPolicies } from '../../../../server/src/core/discovery/read-file';
import type { DiscoveredPolicy } from '../../../../server/src/core/discovery/discovery-result';
import { itemsOf, memberOf } from '../../../../server/src/core/syntax/tree';
import type { RenderedEdits } from '../../../../server/src/core/syntax/syntax';
import { applyEdits } from '../../syntax/json/support';

const KEY = `data "aws_caller_identity" "me" {}

resource "aws_kms_key" "k" {
  policy = jsonencode({
    Statement = [{ Sid = "K", Effect = "Allow", Principal = { AWS = "*" }, Action = "kms:*", Resource = "*" }]
  })
}
`;
const ROLE = `
resource "aws_iam_role" "r" {
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.name
  policy = data.aws_iam_policy_document.d.json
}

data "aws_iam_policy_document" "d" {
  statement {
    sid       = "I"
    actions   = ["kms:Decrypt"]
    resources = ["arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"]
  }
}
`;

/** The policies of a text, by the Sid of their first statements. */
function policiesOf(text: string): ReadonlyMap<string, DiscoveredPolicy> {
  const { policies } = discoverPolicies({ uri: 'file:///w/main.tf', text });
  return new Map(policies.map((policy) => [policy.policy.statements[0]?.sid?.node.value ?? '', policy]));
}

function identityArnIn(text: string): string {
  return discoverPolicies({ uri: 'file:///w/main.tf', text }).identities[0]?.arn ?? assert.fail(text);
}

/** Adds a value to an element of the first statement. */
function append(text: string, sid: string, element: string, value: string): RenderedEdits {
  const policy = policiesOf(text).get(sid) ?? assert.fail(sid);
  const statement = itemsOf(memberOf(policy.policy.node, 'Statement')?.value)[0];
  const member = memberOf(statement, element) ?? assert.fail(element);
  const inner = member.value?.kind === 'object' ? memberOf(member.value, 'AWS') ?? member : member;
  return renderPolicyEdits(policy, [{ edit: 'append', member: inner, value }]);
}

function appended(text: string, sid: string, element: string, value: string): string {
  const { edits, refusal } = append(text, sid, element, value);
  return applyEdits(text, edits ?? assert.fail(refusal));
}

describe('references in edits of Terraform', () => {
  const text = KEY + ROLE;
  const keyArn = policiesOf(text).get('K')?.container.keyArn ?? '';

  it('a key and a role of the module', () => {
    assert.match(appended(text, 'I', 'Resource', keyArn), /1234567890ab", aws_kms_key\.k\.arn\]/);
    assert.match(appended(text, 'K', 'Principal', identityArnIn(text)), /AWS = \["\*", aws_iam_role\.r\.arn\]/);
  });

  it('a role that has a name', () => {
    const named = text.replace('  assume_role', '  name               = "app"\n  assume_role');
    assert.match(appended(named, 'K', 'Principal', identityArnIn(named)), /AWS = \["\*", aws_iam_role\.r\.arn\]/);
  });

  it('a part of a text that a data source gives', () => {
    const account = identityArnIn(text).split(':')[4] ?? '';
    assert.match(appended(text, 'K', 'Principal', `arn:aws:iam::${account}:root`),
      /"arn:aws:iam::\$\{data\.aws_caller_identity\.me\.account_id\}:root"\]/);
  });

  it('words to replace where the module has no such thing', () => {
    const account = identityArnIn(ROLE).split(':')[4] ?? '';
    assert.match(appended(ROLE, 'I', 'Resource', `arn:aws:kms:*:${account}:key/*`), /"arn:aws:kms:\*:<[A-Z_]+>:key\/\*"\]/);
    const several = text.replace('"aws_kms_key" "k" {\n', '"aws_kms_key" "k" {\n  count = 2\n');
    assert.doesNotMatch(appended(several, 'I', 'Resource', policiesOf(several).get('K')?.container.keyArn ?? ''), /aws_kms_key\.k\.arn/);
  });

  it('are refused where they would close a cycle', () => {
    const inline = text.replace('  assume_role_policy = "{}"', '  assume_role_policy = "{}"\n  description        = aws_kms_key.k.arn');
    assert.match(append(inline, 'K', 'Principal', identityArnIn(inline)).refusal ?? '', /^aws_iam_role\.r depends on aws_kms_key\.k/);
  });
});
