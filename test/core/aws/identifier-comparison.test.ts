import assert from 'node:assert/strict';
import { ESLint, Linter } from 'eslint';
import path from 'node:path';
import tseslint from 'typescript-eslint';
import { compareIdentifiers, deploymentSymbol, describeIdentifier } from '../../../server/src/core/aws/identifier-comparison';
import { parseArn } from '../../../server/src/core/aws/arn';
import { CONSUMER, OWNER, roleArn } from '../../support/fixtures';

const ROOT = path.resolve(__dirname, '../../..');
const STACK = deploymentSymbol('account', 'AWS::AccountId of a/template.yaml', 'a/template.yaml');
const OTHER_STACK = deploymentSymbol('account', 'AWS::AccountId of b/template.yaml', 'b/template.yaml');

describe('aws: comparison of identifiers', () => {
  it('values that are written out are the same or different', () => {
    assert.equal(compareIdentifiers(OWNER, OWNER), 'same');
    assert.equal(compareIdentifiers(OWNER, CONSUMER), 'different');
  });

  it('what is missing is unknown, also against what is missing', () => {
    assert.equal(compareIdentifiers(undefined, OWNER), 'unknown');
    assert.equal(compareIdentifiers(undefined, undefined), 'unknown');
    assert.equal(compareIdentifiers(STACK, undefined), 'unknown');
  });

  it('a symbol is the same as itself and unknown against everything else', () => {
    assert.equal(compareIdentifiers(STACK, STACK), 'same');
    assert.equal(compareIdentifiers(STACK, OTHER_STACK), 'unknown');
    assert.equal(compareIdentifiers(STACK, OWNER), 'unknown');
  });

  it('ARNs with symbols are different as soon as a field that is written out is', () => {
    const role = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
    assert.equal(compareIdentifiers(role(STACK, 'App'), role(STACK, 'App')), 'same');
    assert.equal(compareIdentifiers(role(STACK, 'App'), role(OWNER, 'App')), 'unknown');
    assert.equal(compareIdentifiers(role(STACK, 'App'), role(OWNER, 'Other')), 'different');
    assert.equal(compareIdentifiers(role(STACK, 'App'), roleArn(OWNER, 'App', 'aws-cn')), 'different');
    assert.equal(compareIdentifiers(role(OWNER, deploymentSymbol('text', 'Worker', 'template.yaml')), role(OWNER, 'App')), 'unknown');
    assert.equal(compareIdentifiers(deploymentSymbol('text', 'Worker.Arn', 'template.yaml'), role(OWNER, 'App')), 'unknown');
  });

  it('names that one deployment generates are different from each other, and from what cannot be such a name', () => {
    // CloudFormation template reference, Name type: stack name, logical id and a random part, joined by hyphens.
    const generated = (name: string, template = 'a/template.yaml'): string => roleArn(OWNER, deploymentSymbol('resource', name, template));
    assert.equal(compareIdentifiers(generated('Worker'), generated('Worker')), 'same');
    assert.equal(compareIdentifiers(generated('Worker'), generated('Reader')), 'different');
    assert.equal(compareIdentifiers(generated('Worker'), generated('Reader', 'b/template.yaml')), 'unknown');
    assert.equal(compareIdentifiers(generated('Worker'), roleArn(OWNER, 'KeyAdmin')), 'different');
    assert.equal(compareIdentifiers(generated('Worker'), roleArn(OWNER, 'app-Worker-1A2B3C4D5E6F')), 'unknown');
    assert.equal(compareIdentifiers(generated('Worker'), roleArn(OWNER, 'path/app-Worker-1A2B3C4D5E6F')), 'different');
  });

  it('texts around a symbol that no value of it makes equal are different', () => {
    const name = `${deploymentSymbol('text', 'AWS::StackName', 'a/template.yaml')}-store`;
    assert.equal(compareIdentifiers(roleArn(OWNER, name), roleArn(OWNER, 'KeyAdmin')), 'different');
    assert.equal(compareIdentifiers(roleArn(OWNER, name), roleArn(OWNER, 'prod-store')), 'unknown');
    assert.equal(compareIdentifiers(roleArn(OWNER, name), roleArn(OWNER, name)), 'same');
  });

  it('a symbol takes part in ARNs, and is shown by its name', () => {
    const arn = `arn:aws:iam::${STACK}:role/App`;
    assert.equal(parseArn(arn)?.account, STACK);
    assert.equal(describeIdentifier(arn), 'arn:aws:iam::AWS::AccountId of a/template.yaml:role/App');
  });
});

describe('aws: text of a file that looks like a symbol', () => {
  it('is unknown at most, and breaks nothing', () => {
    for (const text of ['\u0006', '\u0006%', '\u0006%zz\ud800', `arn:aws:iam::\u0006%:role/App`]) {
      assert.equal(compareIdentifiers(text, OWNER), 'unknown');
      assert.doesNotMatch(describeIdentifier(text), /[\u0000-\u001f]/);
    }
  });
});

describe('aws: a bare comparison of identifiers', () => {
  async function lintMessages(code: string): Promise<readonly string[]> {
    const config = await new ESLint({ cwd: ROOT }).calculateConfigForFile(
      path.join(ROOT, 'server/src/core/access/some.ts'),
    ) as Linter.Config;
    const rule = config.rules?.['no-restricted-syntax'];
    assert.ok(rule !== undefined);
    const linted = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser }, rules: { 'no-restricted-syntax': rule } };
    return new Linter().verify(code, [linted], 'x.ts').map(({ message }) => message);
  }

  const FAULTS = [
    'f(caller.account === key.account);', 'f(account !== key.account);', 'f(id === account);', 'f(pattern.arn?.account === owner);',
    'f(a.partition !== b.partition);',
    'f(key.region === region);', 'f(keyId === key.keyId);', 'f(grant.granteePrincipal === caller.arn);',
  ];
  for (const code of FAULTS) {
    it(`is reported in core/access: ${code}`, async () => {
      assert.match((await lintMessages(code)).join('\n'), /^Compare by compareIdentifiers/);
    });
  }

  it('is not reported where a value is only read', async () => {
    for (const code of ['f(key.account === undefined);', 'f(undefined !== arn);', 'f(written.region === \'\');',
      'f(level === \'account\');', 'f(a.kind === b.kind);']) {
      assert.deepEqual(await lintMessages(code), [], code);
    }
  });
});
