import assert from 'node:assert/strict';
import { checkFindings, findingLines, findingsWithCode } from '../../support/expect-findings';

const ERRORS_AND_WARNINGS = / (?:error|warning) /;

/** The files have these errors and warnings, and no others. */
function checkTerraform(files: Readonly<Record<string, string | object>>, expected: readonly string[]): void {
  assert.deepEqual(findingLines(files).filter((line) => ERRORS_AND_WARNINGS.test(line)).sort(), [...expected].sort());
}

const IDENTITY = 'data "aws_caller_identity" "current" {}\n';
const ROLE = 'resource "aws_iam_role" "worker" {\n  name = "worker"\n}\n';
const statement = (principal: string, actions: string): string =>
  `  statement {\n    actions = [${actions}]\n    resources = ["*"]\n    principals {\n      type = "AWS"\n`
  + `      identifiers = [${principal}]\n    }\n  }\n`;
const OWNER = statement('"arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"', '"kms:*"');
const ADMIN = statement('"arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/Admin", "arn:aws:iam::'
  + '${data.aws_caller_identity.current.account_id}:role/Second"', '"kms:*"');
const key = (...statements: readonly string[]): string =>
  `${IDENTITY}data "aws_iam_policy_document" "key" {\n${statements.join('')}}\n`
  + 'resource "aws_kms_key" "main" {\n  policy = data.aws_iam_policy_document.key.json\n}\n';
const rights = (action: string, resource = 'aws_kms_key.main.arn'): string => 'resource "aws_iam_role_policy" "worker" {\n'
  + `  role = aws_iam_role.worker.id\n  policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = [{\n      Effect = "Allow"\n`
  + `      Action = ${action}\n      Resource = ${resource}\n    }]\n  })\n}\n`;

describe('findings in Terraform: both halves in one file', () => {
  it('that fit have none, without any account', () => {
    checkTerraform({ 'main.tf': key(OWNER) + ROLE + rights('"kms:Decrypt"') }, []);
  });

  it('an action that the key policy does not allow is an error', () => {
    const text = key(ADMIN, statement('aws_iam_role.worker.arn', '"kms:Decrypt"')) + ROLE + rights('["kms:Decrypt", "kms:Encrypt"]');
    checkFindings({ 'main.tf': text }, ['main.tf error action-not-allowed-by-key-policy "\\"kms:Encrypt\\""'],
      ['action-not-allowed-by-key-policy']);
    const [finding] = findingsWithCode({ 'infra/main.tf': text }, 'action-not-allowed-by-key-policy');
    assert.match(finding?.message ?? '',
      /^role\/worker \(the account of infra\) is denied kms:Encrypt: the policy of key aws_kms_key\.main of infra does not allow it/);
  });

  it('two roles of one module are not each other, whatever their names are', () => {
    const other = 'resource "aws_iam_role" "other" {\n  name = var.other\n}\n';
    const worker = 'resource "aws_iam_role" "worker" {\n  name = var.worker\n}\n';
    checkFindings({ 'main.tf': key(statement('aws_iam_role.other.arn', '"kms:*"')) + worker + other
      + rights('"kms:Decrypt"') }, ['main.tf error key-policy-not-delegating "aws_kms_key.main.arn"'], ['key-policy-not-delegating']);
  });

  it('a key without a policy is presumed to have the default: nothing that rests on it is an error', () => {
    checkTerraform({ 'main.tf': `resource "aws_kms_key" "main" {}\n${ROLE}${rights('"kms:Decrypt"')}` }, []);
  });

  it('the id of a key is not an ARN, and the ARN of an alias is not that of its key', () => {
    checkFindings({ 'main.tf': `resource "aws_kms_key" "main" {}\nresource "aws_kms_alias" "a" {\n  name = "alias/a"\n`
      + `  target_key_id = aws_kms_key.main.id\n}\n${ROLE}${rights('"kms:Decrypt"', '[aws_kms_key.main.key_id, aws_kms_alias.a.arn]')}` },
    ['main.tf error not-an-arn "aws_kms_key.main.key_id"', 'main.tf error alias-arn-in-resource "aws_kms_alias.a.arn"'],
    ['not-an-arn', 'alias-arn-in-resource']);
  });
});

describe('findings in Terraform: what is not known', () => {
  it('proves no fault', () => {
    checkTerraform({ 'main.tf': key(OWNER, statement('var.partner, local.x, "arn:aws:iam::${var.account}:root"', 'var.actions'))
      + ROLE + rights('"kms:Decrypt"', 'var.key_arn') }, []);
  });

  it('is also the Region of a module: a Region that is written proves nothing', () => {
    const logs = '  statement {\n    actions = ["kms:Decrypt"]\n    resources = ["*"]\n    principals {\n      type = "AWS"\n'
      + '      identifiers = ["arn:aws:iam::111122223333:role/R"]\n    }\n    condition {\n      test = "StringEquals"\n'
      + '      variable = "kms:ViaService"\n      values = ["s3.eu-west-2.amazonaws.com"]\n    }\n  }\n'
      + '  statement {\n    actions = ["kms:Decrypt"]\n    resources = ["*"]\n    principals {\n      type = "Service"\n'
      + '      identifiers = ["logs.eu-west-2.amazonaws.com"]\n    }\n  }\n';
    checkFindings({ 'main.tf': key(OWNER, logs) }, [], ['region-mismatch']);
  });

  it('in a statement for everyone leaves it open to everyone', () => {
    checkFindings({ 'main.tf': key(OWNER, statement('"*"', '"kms:Decrypt"')) }, ['main.tf error wildcard-principal "\\"*\\""'],
      ['wildcard-principal']);
  });
});
