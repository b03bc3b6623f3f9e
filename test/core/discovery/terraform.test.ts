import assert from 'node:assert/strict';
import { describeIdentifier } from '../../../server/src/core/aws/identifier-comparison';
import { locationInFile, type DiscoveredPolicy } from '../../../server/src/core/discovery/discovery-result';
import { pointerOfAddress } from '../../../server/src/core/discovery/policy-address';
import { discoverPolicies, type FileDiscovery } from '../../../server/src/core/discovery/read-file';
import { nodeToJson } from '../../../server/src/core/syntax/canonical-value';
import type { JsonValue } from '../../../server/src/core/syntax/tree-edit';
import type { Node } from '../../../server/src/core/syntax/tree';
import type { Span } from '../../../server/src/core/text/span';

function readTerraform(text: string, values: Readonly<Record<string, string>> = {}): FileDiscovery {
  return discoverPolicies({ uri: 'file:///w/infra/main.tf', text,
    placeholderValues: (name) => (values[name] === undefined ? undefined : { text: values[name] }) });
}

/** A document that is the policy of a key. */
function keyDocument(body: string, more = ''): string {
  return `data "aws_iam_policy_document" "key" {\n${body}\n}\n${more}
resource "aws_kms_key" "main" {\n  policy = data.aws_iam_policy_document.key.json\n}\n`;
}

function onlyPolicy({ policies }: FileDiscovery): DiscoveredPolicy {
  assert.equal(policies.length, 1);
  return policies[0] ?? assert.fail();
}

/** The policy as JSON; the call that stands for what may be missing is its last argument. */
function jsonOf(policy: DiscoveredPolicy): JsonValue {
  return nodeToJson(policy.policy.node);
}

const ROOT = 'statement {\n  actions = ["kms:*"]\n  resources = ["*"]\n  principals {\n    type = "AWS"\n'
  + '    identifiers = ["111122223333"]\n  }\n}';

describe('discovery: aws_iam_policy_document', () => {
  it('has the defaults, the sets and the joined blocks of the provider (policy_document_data_source.go)', () => {
    const policy = onlyPolicy(readTerraform(keyDocument(`statement {
      sid = "Both"
      actions = ["kms:Decrypt"]
      not_actions = []
      resources = ["*"]
      principals {
        type = "AWS"
        identifiers = ["111122223333"]
      }
      principals {
        type = "AWS"
        identifiers = ["444455556666"]
      }
      principals {
        type = "Service"
        identifiers = ["logs.amazonaws.com"]
      }
      condition {
        test = "StringEquals"
        variable = "kms:EncryptionContext:user"
        values = ["&{aws:username}"]
      }
      condition {
        test = "StringEquals"
        variable = "kms:EncryptionContext:user"
        values = ["b"]
      }
    }
    statement {
      sid = ""
      effect = "Deny"
      actions = ["kms:*"]
      principals {
        type = "*"
        identifiers = ["*"]
      }
    }`)));
    assert.deepEqual(jsonOf(policy), { Version: '2012-10-17', Statement: [
      { Sid: 'Both', Effect: 'Allow', Principal: { AWS: ['111122223333', '444455556666'], Service: ['logs.amazonaws.com'] },
        Action: ['kms:Decrypt'], Resource: ['*'],
        Condition: { StringEquals: { 'kms:EncryptionContext:user': ['${aws:username}', 'b'] } } },
      { Effect: 'Deny', Principal: '*', Action: ['kms:*'] },
    ] });
    assert.equal(policy.policy.kind, 'key');
    assert.equal(pointerOfAddress(policy.address), '/data/aws_iam_policy_document/key');
  });

  it('of dynamic blocks has a statement for each known element, and one that is not certain for unknown ones', () => {
    const text = (forEach: string): string => keyDocument(`dynamic "statement" {
      for_each = ${forEach}
      content {
        actions = ["kms:Decrypt"]
        resources = ["*"]
        principals {
          type = "AWS"
          identifiers = [statement.value]
        }
      }
    }`);
    const known = onlyPolicy(readTerraform(text('toset(["111122223333", "444455556666"])'))).policy.statements;
    assert.deepEqual(known.map(({ principal, isMaybe }) => [principal?.principals[0]?.account, isMaybe]),
      [['111122223333', false], ['444455556666', false]]);
    const unknown = onlyPolicy(readTerraform(text('var.accounts'))).policy.statements;
    assert.deepEqual(unknown.map(({ principal, isMaybe }) => [principal?.principals[0]?.form, isMaybe]), [['unknown', true]]);
  });

  it('merges sources and overrides: a Sid takes the place of an earlier one', () => {
    const more = `data "aws_iam_policy_document" "base" {
      statement {
        sid = "A"
        actions = ["kms:Encrypt"]
        resources = ["*"]
      }
      statement {
        sid = "B"
        actions = ["kms:Decrypt"]
        resources = ["*"]
      }
    }
    data "aws_iam_policy_document" "last" {
      statement {
        sid = "B"
        actions = ["kms:DescribeKey"]
        resources = ["*"]
      }
    }`;
    const policy = onlyPolicy(readTerraform(keyDocument(`source_policy_documents = [data.aws_iam_policy_document.base.json]
      override_policy_documents = [data.aws_iam_policy_document.last.json]
      statement {
        sid = "A"
        actions = ["kms:Sign"]
        resources = ["*"]
      }`, more)));
    assert.deepEqual(policy.policy.statements.map(({ sid, action }) => [sid?.value, action?.patterns[0]?.text.value]),
      [['A', 'kms:Sign'], ['B', 'kms:DescribeKey']]);
  });

  it('with a source that is not known may have any statement', () => {
    const { statements } = onlyPolicy(readTerraform(keyDocument('source_policy_documents = [var.policy]'))).policy;
    assert.deepEqual(statements.map(({ isMaybe, hasUnknownEffect }) => [isMaybe, hasUnknownEffect]), [[true, true]]);
  });

  it('of which no use is in sight is what its content tells; a trust policy is silent', () => {
    const document = (name: string, actions: string): string =>
      `data "aws_iam_policy_document" "${name}" {\n  statement {\n    actions = [${actions}]\n    resources = ["*"]\n  }\n}\n`;
    const { policies } = readTerraform(`${document('free', '"kms:Decrypt"')}${document('trust', '"sts:AssumeRole", "kms:Decrypt"')}
resource "aws_iam_role" "r" {\n  assume_role_policy = data.aws_iam_policy_document.trust.json\n}\n`);
    assert.deepEqual(policies.map(({ policy, address }) => [policy.kind, pointerOfAddress(address)]),
      [['identity', '/data/aws_iam_policy_document/free']]);
  });

  it('without a known value never loses the others', () => {
    const { statements } = onlyPolicy(readTerraform(keyDocument(`statement {
      actions = concat(["kms:Decrypt"], var.more)
      not_actions = var.not_actions
      resources = ["*"]
      principals {
        type = "AWS"
        identifiers = [var.partner, "111122223333"]
      }
    }`))).policy;
    assert.deepEqual(statements.map(({ action, principal }) => [action?.patterns.map(({ text }) => text.placeholders.length > 0),
      action?.negated, principal?.principals.map(({ form }) => form)]), [[[false, true], false, ['unknown', 'account']]]);
  });
});

describe('discovery: policies in Terraform', () => {
  it('in jsonencode, heredocs and strings have their places in the file', () => {
    const text = `resource "aws_kms_key" "a" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "x \\"y\\"", "Effect" : "Allow", Action = "kms:Decrypt" }] })
}
resource "aws_kms_key" "b" {
  policy = <<-EOT
    {
      "Statement": { "Effect": "Allow", "Action": "kms:Encrypt", "Principal": { "AWS": "\${var.x}" } }
    }
  EOT
}
resource "aws_kms_key" "c" {
  policy = "{\\"Statement\\":{\\"Effect\\":\\"Allow\\",\\"Action\\":\\"kms:Sign\\"}}"
}
`;
    const texts = readTerraform(text).policies.map((policy) => {
      const action = policy.policy.statements[0]?.action?.patterns[0]?.text.node ?? assert.fail();
      const { span } = locationInFile(policy, action.content);
      return text.slice(span.start, span.end);
    });
    assert.deepEqual(texts, ['kms:Decrypt', 'kms:Encrypt', 'kms:Sign']);
  });

  it('of which every character is at its place', () => {
    const text = `${keyDocument(ROOT)}resource "aws_kms_key" "b" {\n  policy = <<-EOT\n    {\n      "Id": "a\\tb",\n`
      + '      "Statement": [{ "Sid": "$${x}" }]\n    }\n  EOT\n}\n';
    const check = (node: Node | undefined, policy: DiscoveredPolicy): void => {
      if (node?.kind === 'list') node.items.forEach((item) => { check(item, policy); });
      if (node?.kind === 'object') node.members.forEach(({ value }) => { check(value, policy); });
      if (node?.kind !== 'scalar' || node.value === 'Allow' || node.value === '2012-10-17') return;
      for (let at = 0; at < node.value.length; at++) {
        const offset: number = node.offsets?.[at] ?? node.content.start + at;
        const span: Span = locationInFile(policy, { start: offset, end: node.content.end }).span;
        if (!'\t${'.includes(node.value[at] ?? '')) assert.equal(text[span.start], node.value[at]);
      }
    };
    const { policies } = readTerraform(text);
    assert.equal(policies.length, 2);
    for (const policy of policies) check(policy.policy.node, policy);
  });

  it('belong to whom the resource says, with members of groups; what AWS manages is not known', () => {
    const { policies, identities, policiesWithoutDocument } = readTerraform(`resource "aws_iam_role" "app" {
  name = "app"
  path = "/team/"
  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess", aws_iam_policy.kms.arn]
}
resource "aws_iam_user" "u" { name = "\${var.env}-u" }
resource "aws_iam_group" "g" { name = "g" }
resource "aws_iam_group_membership" "m" {
  group = aws_iam_group.g.name
  users = [aws_iam_user.u.name]
}
resource "aws_iam_policy" "kms" {
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "kms:Decrypt", Resource = "*" } })
}
resource "aws_iam_policy_attachment" "a" {
  groups = [aws_iam_group.g.name]
  users = ["other"]
  policy_arn = aws_iam_policy.kms.arn
}
`);
    const account = 'data.aws_caller_identity.current.account_id of infra';
    assert.deepEqual(policies.map(({ container }) => container.attachments?.map(describeIdentifier)), [[
      `arn:aws:iam::${account}:role/team/app`, `arn:aws:iam::${account}:user/other`, `arn:aws:iam::${account}:group/g`,
      `arn:aws:iam::${account}:user/\${var.env}-u`]]);
    assert.deepEqual(identities.map(({ logicalId }) => logicalId), ['aws_iam_role.app', 'aws_iam_user.u', 'aws_iam_group.g']);
    assert.deepEqual(policiesWithoutDocument.map(({ policies: names }) => names), [['arn:aws:iam::aws:policy/AdministratorAccess']]);
  });

  it('of keys have the facts, aliases and grants of the key; a policy of its own is its policy', () => {
    const { keyFacts, policies } = readTerraform(`resource "aws_kms_key" "k" {
  customer_master_key_spec = "RSA_2048"
  key_usage = "SIGN_VERIFY"
}
resource "aws_kms_alias" "k" {
  name = "alias/k"
  target_key_id = aws_kms_key.k.key_id
}
resource "aws_kms_grant" "g" {
  key_id = aws_kms_key.k.key_id
  grantee_principal = "arn:aws:iam::111122223333:role/r"
  operations = ["Sign"]
}
resource "aws_kms_key_policy" "k" {
  key_id = aws_kms_key.k.id
  policy = jsonencode({ Statement = { Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "*" } } })
}
`);
    assert.deepEqual(keyFacts.map(({ logicalId, keySpec, keyUsage, aliases, grants }) =>
      [logicalId, keySpec, keyUsage, aliases, grants.map(({ operations }) => operations)]),
    [['aws_kms_key.k', 'RSA_2048', 'SIGN_VERIFY', ['alias/k'], [['Sign']]]]);
    assert.deepEqual(policies.map(({ isImplicit, container }) => [isImplicit, container.keyArn === keyFacts[0]?.keyArn]),
      [[undefined, true]]);
  });

  it('that nobody has written are the default key policy, as an assumption (KMS Developer Guide, key-policy-default)', () => {
    const { isImplicit, policy } = onlyPolicy(readTerraform('resource "aws_kms_key" "k" {}\n'));
    assert.equal(isImplicit, true);
    assert.deepEqual(policy.statements.map(({ principal, assumptions }) => [principal?.principals[0]?.form, assumptions?.length]),
      [['account', 1]]);
    assert.deepEqual(readTerraform('resource "aws_kms_key" "k" {\n  policy = var.policy\n}\n').policies, []);
  });

  it('that a conditional chooses may be missing; one that is decided is not', () => {
    const kinds = (condition: string): readonly boolean[] => readTerraform(`resource "aws_kms_key" "k" {
  policy = ${condition} ? jsonencode({ Statement = { Effect = "Allow", Action = "kms:*" } }) : null
}`).policies.map(({ policy }) => policy.statements[0]?.isMaybe === true);
    assert.deepEqual([kinds('var.x'), kinds('true'), kinds('false')], [[true], [false], []]);
  });

  it('have values of kms-handshake.json by the names of expressions', () => {
    const text = 'resource "aws_kms_key" "k" {\n  policy = jsonencode({ Statement = { Effect = "Allow", Action = "kms:*", '
      + 'Principal = { AWS = var.partner } } })\n}\n';
    const { statements } = onlyPolicy(readTerraform(text, { 'var.partner': '444455556666' })).policy;
    assert.equal(statements[0]?.principal?.principals[0]?.account, '444455556666');
  });

  it('are read in half-typed files without a failure', () => {
    const text = `${keyDocument(ROOT)}resource "aws_iam_role" "r" {\n  name = "a-\${var.x}"\n  inline_policy {\n    policy = jsonencode({
      Statement = concat([for s in var.l : { Action = s }], [{ Action = "kms:*", Resource = aws_kms_key.main.arn }]) })\n  }\n}\n`;
    for (let end = 0; end <= text.length; end++) {
      readTerraform(text.slice(0, end));
      readTerraform(text.slice(end));
    }
  });

  it('are not looked for in files without a word about KMS', () => {
    const { roots } = readTerraform('resource "aws_s3_bucket" "b" {}\n');
    assert.deepEqual(roots, []);
  });
});
