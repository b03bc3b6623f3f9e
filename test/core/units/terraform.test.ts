import assert from 'node:assert/strict';
import { analyse } from '../../../server/src/core/analysis/analyse';
import { describeIdentifier } from '../../../server/src/core/aws/identifier-comparison';
import { updateWorkspace, type Workspace } from '../../../server/src/core/workspace/workspace';
import { checkFindings } from '../../support/expect-findings';
import { uriOfPath, workspaceFromTexts } from '../../support/workspace-from-texts';

const statement = (principal: string, actions: string): string =>
  `  statement {\n    actions = ${actions}\n    resources = ["*"]\n    principals {\n      type = "AWS"\n`
  + `      identifiers = ${principal}\n    }\n  }\n`;
const KEY = 'resource "aws_kms_key" "main" {\n  policy = data.aws_iam_policy_document.key.json\n}\n';
const document = (...statements: readonly string[]): string => `data "aws_iam_policy_document" "key" {\n${statements.join('')}}\n`;
const ROLES = 'resource "aws_iam_role" "worker" {\n  name = "worker"\n}\nresource "aws_iam_role" "keeper" {\n  name = "keeper"\n}\n';
const RIGHTS = `resource "aws_iam_policy" "worker" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["kms:Decrypt", "kms:Encrypt"], Resource = local.key_arn }]
  })
}
resource "aws_iam_role_policy_attachment" "worker" {
  role = aws_iam_role.worker.name
  policy_arn = aws_iam_policy.worker.arn
}
`;
const LOCALS = 'locals {\n  key_arn = aws_kms_key.main.arn\n  workers = [aws_iam_role.worker.arn]\n}\n';
const VARIABLES = 'variable "actions" {\n  default = ["kms:Decrypt", "kms:Encrypt"]\n}\n';
const KEEPER = statement('[aws_iam_role.keeper.arn]', '["kms:Describe*", "kms:Get*", "kms:PutKeyPolicy"]');

const FILES: Readonly<Record<string, string>> = {
  'infra/kms.tf': document(KEEPER, statement('local.workers', 'var.actions')) + KEY, 'infra/roles.tf': ROLES, 'infra/iam.tf': RIGHTS,
  'infra/locals.tf': LOCALS, 'infra/variables.tf': VARIABLES, 'infra/terraform.tfvars': 'actions = ["kms:Decrypt"]\n',
};
const CODES = ['action-not-allowed-by-key-policy'];

function findingsOf(workspace: Workspace): readonly string[] {
  return [...analyse(workspace).findingsByFile].flatMap(([uri, findings]) => findings.map(({ code, severity, at, message }) =>
    `${uri} ${at.span.start} ${severity} ${code} ${message}`)).sort();
}

/** By the address of the key who may use it, as its policy says. */
function principalsOf(texts: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  return [...workspaceFromTexts(texts).readings.values()].flatMap(({ policies }) => policies)
    .filter(({ policy }) => policy.kind === 'key')
    .map(({ policy }) => policy.statements.flatMap(({ principal }) => principal?.principals ?? [])
      .map(({ text, account }) => `${describeIdentifier(text.value)} ${account === undefined ? '' : describeIdentifier(account)}`));
}

describe('units: the files of a Terraform directory', () => {
  it('are read together: locals, values of variables, documents, roles and attachments', () => {
    checkFindings(FILES, ['infra/iam.tf error action-not-allowed-by-key-policy "\\"kms:Encrypt\\""'], CODES);
  });

  it('have defaults of variables as assumptions: a warning at most', () => {
    const { 'infra/terraform.tfvars': _, ...files } = FILES;
    checkFindings(files, [], CODES);
    checkFindings({ ...files, 'infra/variables.tf': 'variable "actions" {\n  default = ["kms:Decrypt"]\n}\n' },
      ['infra/iam.tf warning action-not-allowed-by-key-policy "\\"kms:Encrypt\\""'], CODES);
  });

  it('and automatic variable files: the last one by name counts', () => {
    checkFindings({ ...FILES, 'infra/b.auto.tfvars': 'actions = ["kms:Decrypt", "kms:Encrypt"]\n',
      'infra/a.auto.tfvars': 'actions = []\n' }, [], CODES);
  });

  it('and override files, argument by argument', () => {
    checkFindings({ ...FILES, 'infra/kms_override.tf': 'resource "aws_kms_key" "main" {\n  policy = null\n}\n' }, [], CODES);
  });

  it('say nothing about those of another directory', () => {
    const { 'infra/locals.tf': locals, ...files } = FILES;
    checkFindings({ ...files, 'other/locals.tf': locals ?? '' },
      ['infra/iam.tf info action-not-allowed-by-key-policy "\\"kms:Encrypt\\""'], CODES);
  });

  it('give what a fresh start gives, change by change', () => {
    let workspace = workspaceFromTexts({});
    const texts: Record<string, string> = {};
    const change = (path: string, text: string): void => {
      texts[path] = text;
      ({ workspace } = updateWorkspace(workspace, [{ put: { uri: uriOfPath(path), text } }]));
      assert.deepEqual(findingsOf(workspace), findingsOf(workspaceFromTexts(texts)));
    };
    for (const [path, text] of Object.entries(FILES)) change(path, text);
    change('infra/iam.tf', RIGHTS.replace('kms:Encrypt', 'kms:Sign'));
    change('infra/locals.tf', LOCALS.replace('worker.arn', 'keeper.arn'));
    change('infra/terraform.tfvars', '');
    change('infra/kms.tf', document(KEEPER, statement('local.workers', '["kms:Encrypt"]')) + KEY);
  });
});

describe('units: modules and providers', () => {
  const CHILD = 'variable "reader" {}\ndata "aws_caller_identity" "this" {}\n'
    + document(statement('[var.reader, data.aws_caller_identity.this.account_id]', '["kms:*"]')) + KEY
    + 'output "arn" {\n  value = aws_kms_key.main.arn\n}\n';
  const call = (name: string, reader: string): string =>
    `module "${name}" {\n  source = "./modules/key"\n  reader = ${reader}\n}\n`;

  it('a local module has the arguments, the account and the outputs of its only call', () => {
    const texts = { 'main.tf': `${ROLES}data "aws_caller_identity" "here" {}\n${call('key', 'aws_iam_role.worker.arn')}`
      + 'resource "aws_iam_role_policy" "w" {\n  role = aws_iam_role.worker.id\n  policy = jsonencode({ Statement = [{ Effect = "Allow", '
      + 'Action = "kms:Decrypt", Resource = module.key.arn }] })\n}\n', 'modules/key/main.tf': CHILD };
    const account = 'data.aws_caller_identity.current.account_id of workspace';
    assert.deepEqual(principalsOf(texts), [[`arn:data.aws_partition.current.partition:iam::${account}:role/worker ${account}`,
      `${account} ${account}`]]);
    const resources = [...workspaceFromTexts(texts).readings.values()].flatMap(({ policies }) => policies)
      .filter(({ policy }) => policy.kind === 'identity')
      .map(({ policy }) => describeIdentifier(policy.statements[0]?.resource?.patterns[0]?.text.value ?? ''));
    assert.deepEqual(resources.map((text) => text.endsWith('key/aws_kms_key.main of key')), [true]);
  });

  it('a module with several calls has the arguments of none of them', () => {
    assert.deepEqual(principalsOf({ 'main.tf': call('a', '"111122223333"') + call('b', '"444455556666"'), 'modules/key/main.tf': CHILD })
      .map(([reader]) => reader), ['${var.reader} ']);
  });

  it('modules that call each other are read all the same', () => {
    principalsOf({ 'main.tf': `module "x" {\n  source = "./"\n  reader = module.x.arn\n}\n${CHILD}` });
  });

  it('a provider says account and Region by its block (allowed_account_ids, assume_role, region)', () => {
    const key = (provider: string): string => `${provider}data "aws_caller_identity" "c" {}\ndata "aws_region" "r" {}\n`
      + document(statement('[data.aws_caller_identity.c.account_id]', '["kms:*"]')) + KEY;
    assert.deepEqual([
      'provider "aws" {\n  allowed_account_ids = ["111122223333"]\n  region = "eu-west-1"\n}\n',
      'provider "aws" {\n  assume_role {\n    role_arn = "arn:aws:iam::444455556666:role/deploy"\n  }\n}\n',
    ].map((provider) => principalsOf({ 'main.tf': key(provider) })), [[['111122223333 111122223333']], [['444455556666 444455556666']]]);
    const [fact] = [...workspaceFromTexts({ 'main.tf': key('provider "aws" {\n  region = "eu-west-1"\n}\n') }).readings.values()]
      .flatMap(({ keyFacts }) => keyFacts);
    assert.match(fact?.keyArn ?? '', /:kms:eu-west-1:/);
  });

  it('kms-handshake.json names the account by the expression', () => {
    const texts = { 'main.tf': `data "aws_caller_identity" "c" {}\n${document(statement('[data.aws_caller_identity.c.account_id]',
      '["kms:*"]'))}${KEY}`, 'kms-handshake.json': JSON.stringify({ placeholders: [{ files: ['*.tf'], values: {
      'data.aws_caller_identity.c.account_id': '111122223333' } }] }) };
    assert.deepEqual(principalsOf(texts), [['111122223333 111122223333']]);
    assert.deepEqual(workspaceFromTexts(texts).world.keys.map(({ account }) => account), ['111122223333']);
  });
});
