import * as assert from 'node:assert/strict';
import { complete } from '../../../server/src/core/editor/completion/complete';
import type { Completions } from '../../../server/src/core/editor/completion/completions';
import { yamlFaults } from '../../support/yaml-faults';
import { uriOfPath, workspaceFromTexts } from '../../support/workspace-from-texts';

/** The cursor: `|` is a sign of YAML. */
const CURSOR = '¦';
/** What a line of a statement begins with. */
const I = '\n            ';

const READER = `Effect: Allow${I}Action: kms:Decrypt${I}Resource: !GetAtt DataKey.Arn`;

/** A key, a role and a policy of the role, with one statement each behind those that are whole. */
function template(keyStatement: string, identityStatement = READER): string {
  return `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Sid: Owner
            Effect: Allow
            Principal: {AWS: !Sub 'arn:aws:iam::\${AWS::AccountId}:root'}
            Action:
              - kms:*
            Resource: '*'
          - ${keyStatement}
  Worker:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}
  WorkerKms:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: kms
      Roles: [!Ref Worker]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - ${identityStatement}
`;
}
const inIdentity = (statement: string): string => template('Effect: Allow', statement);
const allow = (elements: string): string => `Effect: Allow${I}${elements}`;

interface Cursor {
  readonly text: string;
  readonly completions: Completions | undefined;
}

interface Options {
  readonly path?: string;
  readonly snippets?: boolean;
  readonly others?: Readonly<Record<string, string>>;
}

function completionsAt(text: string, { path = 'template.yaml', snippets = false, others = {} }: Options = {}): Cursor {
  const [before = '', behind = ''] = text.split(CURSOR);
  const clean = before + behind;
  const workspace = workspaceFromTexts({ [path]: clean, ...others });
  const options = { supportsSnippets: snippets, hasSchemaCompletion: false, formatFile: (uri: string) => uri };
  return { text: clean, completions: complete(workspace, uriOfPath(path), before.length, options) };
}

function labelsAt(text: string, options?: Options): readonly string[] {
  return completionsAt(text, options).completions?.items.map(({ label }) => label) ?? [];
}

/** The text with the item of that label in place of what was typed. */
function textWith(cursorText: string, label: string, options?: Options): string {
  const { text, completions } = completionsAt(cursorText, options);
  const item = completions?.items.find((candidate) => candidate.label === label);
  assert.ok(completions && item, `no ${label} among ${completions?.items.map((candidate) => candidate.label).join(', ') ?? 'nothing'}`);
  const offset = cursorText.indexOf(CURSOR);
  assert.ok(completions.span.start <= offset && offset <= completions.span.end, 'the cursor is in the span');
  assert.doesNotMatch(text.slice(completions.span.start, completions.span.end), /\n/);
  const typed = text.slice(completions.span.start, offset);
  const isTyped = item.filterText.toLowerCase().startsWith(typed.toLowerCase()) || /[\w!]/.exec(typed) !== null;
  assert.ok(isTyped, `${JSON.stringify(typed)} of ${item.filterText}`);
  let result = text;
  const edits = [...completions.additionalEdits, { span: completions.span, newText: item.newText }];
  for (const { span, newText } of edits.sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end))
    result = result.slice(0, span.start) + newText + result.slice(span.end);
  return result;
}

/** What is typed, what is chosen, and what is there then. */
const INSERTIONS: Readonly<Record<string, readonly [typed: string, label: string, expected: string]>> = {
  'a half-typed value': [template(allow(`Action: kms:De${CURSOR}`)), 'kms:Decrypt', template(allow('Action: kms:Decrypt'))],
  'a service and its colon': [template(allow(`Action: kms:${CURSOR}`)), 'kms:Decrypt', template(allow('Action: kms:Decrypt'))],
  'an empty value': [template(allow(`Action: ${CURSOR}`)), 'kms:Decrypt', template(allow('Action: kms:Decrypt'))],
  'a value directly behind the colon': [template(allow(`Action:${CURSOR}`)), 'kms:Decrypt', template(allow('Action: kms:Decrypt'))],
  'a value below its name': [template(allow(`Action:${I}  ${CURSOR}`)), 'kms:Decrypt', template(allow(`Action:${I}  - kms:Decrypt`))],
  'an empty item': [template(allow(`Action:${I}  - ${CURSOR}`)), 'kms:Decrypt', template(allow(`Action:${I}  - kms:Decrypt`))],
  'an item with a service': [template(allow(`Action:${I}- kms:${CURSOR}`)), 'kms:Decrypt', template(allow(`Action:${I}- kms:Decrypt`))],
  'an item without its dash': [template(allow(`Action:${I}  - kms:Encrypt${I}  ${CURSOR}`)), 'kms:Decrypt',
    template(allow(`Action:${I}  - kms:Encrypt${I}  - kms:Decrypt`))],
  'an item before others': [template(allow(`Action:${I}  - ${CURSOR}${I}  - kms:Encrypt`)), 'kms:Decrypt',
    template(allow(`Action:${I}  - kms:Decrypt${I}  - kms:Encrypt`))],
  'a value in quotes': [template(allow(`Action: 'kms:${CURSOR}'`)), 'kms:Decrypt', template(allow('Action: \'kms:Decrypt\''))],
  'a value with an open quote': [template(allow(`Action: "kms:${CURSOR}`)), 'kms:Decrypt', template(allow('Action: "kms:Decrypt"'))],
  'a flow list': [template(allow(`Action: [kms:Encrypt, kms:${CURSOR}]`)), 'kms:Decrypt',
    template(allow('Action: [kms:Encrypt, kms:Decrypt]'))],
  'an open flow list': [template(allow(`Action: [kms:${CURSOR}`)), 'kms:Decrypt', template(allow('Action: [kms:Decrypt'))],
  'a flow list over lines': [template(allow(`Action: [${I}  kms:Encrypt,${I}  ${CURSOR}${I}]`)), 'kms:Decrypt',
    template(allow(`Action: [${I}  kms:Encrypt,${I}  kms:Decrypt${I}]`))],
  'a flow list without a comma': [template(allow(`Action: ['kms:Encrypt' ${CURSOR}]`)), 'kms:Decrypt',
    template(allow('Action: [\'kms:Encrypt\', kms:Decrypt]'))],
  'a flow object': [template(allow(`Principal: {${CURSOR}}`)), 'AWS', template(allow('Principal: {AWS: }'))],
  'a star': [template(allow(`Resource: ${CURSOR}`)), '*', template(allow('Resource: \'*\''))],
  'a star that is typed': [template(allow(`Resource: *${CURSOR}`)), '*', template(allow('Resource: \'*\''))],
  'a date': [template('Effect: Allow').replace('\'2012-10-17\'', CURSOR), '2012-10-17', template('Effect: Allow')],
  'a name': [template(`Effect: Allow${I}Res${CURSOR}`), 'Resource', template(`Effect: Allow${I}Resource: '*'`)],
  'a name on an empty line': [template(`Effect: Allow${I}${CURSOR}`), 'Sid', template(`Effect: Allow${I}Sid: `)],
  'a name before its value': [template(`Effect: Allow${I}Act${CURSOR}: kms:Decrypt`), 'Action', template(allow('Action: kms:Decrypt'))],
  'a name with an object': [template(`Effect: Allow${I}Prin${CURSOR}`), 'Principal', template(allow(`Principal:${I}  AWS: `))],
  'the first name of a statement': [template(CURSOR), 'Effect', template('Effect: ')],
  'a principal object': [template(allow(`Principal: ${CURSOR}`)), '{ "AWS": … }', template(allow(`Principal:${I}  AWS: `))],
  'a name below a name': [template(allow(`Principal:${I}  ${CURSOR}`)), 'AWS', template(allow(`Principal:${I}  AWS: `))],
  'an operator': [template(allow(`Condition:${I}  Str${CURSOR}`)), 'StringLike', template(allow(`Condition:${I}  StringLike: {}`))],
  'a condition key': [template(allow(`Condition:${I}  Bool:${I}    kms:${CURSOR}`)), 'kms:GrantIsForAWSResource',
    template(allow(`Condition:${I}  Bool:${I}    kms:GrantIsForAWSResource: `))],
  'a role of the template': [template(allow(`Principal:${I}  AWS: ${CURSOR}`)), '!GetAtt Worker.Arn',
    template(allow(`Principal:${I}  AWS: !GetAtt Worker.Arn`))],
  'a role in a flow object': [template(allow(`Principal: {AWS: ${CURSOR}}`)), '!GetAtt Worker.Arn',
    template(allow('Principal: {AWS: !GetAtt Worker.Arn}'))],
  'a role behind a tag': [template(allow(`Principal: {AWS: !GetAtt Wo${CURSOR}}`)), 'Worker.Arn',
    template(allow('Principal: {AWS: !GetAtt Worker.Arn}'))],
  'a role in the text of Sub': [template(allow(`Principal: {AWS: !Sub '${CURSOR}'}`)), '${Worker.Arn}',
    template(allow('Principal: {AWS: !Sub \'${Worker.Arn}\'}'))],
  'the account of the stack': [template(allow(`Principal: {AWS: ${CURSOR}}`)), 'arn:aws:iam::${AWS::AccountId}:root',
    template(allow('Principal: {AWS: !Sub \'arn:aws:iam::${AWS::AccountId}:root\'}'))],
  'a key of the template': [inIdentity(allow(`Action: kms:Decrypt${I}Resource: ${CURSOR}`)), '!GetAtt DataKey.Arn',
    inIdentity(allow(`Action: kms:Decrypt${I}Resource: !GetAtt DataKey.Arn`))],
  'a key in a list': [inIdentity(allow(`Action: kms:Decrypt${I}Resource:${I}  - ${CURSOR}`)), '!GetAtt DataKey.Arn',
    inIdentity(allow(`Action: kms:Decrypt${I}Resource:${I}  - !GetAtt DataKey.Arn`))],
  'a service in the Region of the stack': [template(allow(`Condition:${I}  StringEquals:${I}    kms:ViaService: ${CURSOR}`)),
    's3.${AWS::Region}.amazonaws.com',
    template(allow(`Condition:${I}  StringEquals:${I}    kms:ViaService: !Sub s3.\${AWS::Region}.amazonaws.com`))],
  'an account': [template(allow(`Condition:${I}  StringEquals:${I}    kms:CallerAccount: ${CURSOR}`)), '!Ref AWS::AccountId',
    template(allow(`Condition:${I}  StringEquals:${I}    kms:CallerAccount: !Ref AWS::AccountId`))],
};

describe('editor/completion in templates in YAML', () => {
  for (const [what, [typed, label, expected]] of Object.entries(INSERTIONS)) {
    it(`completes ${what}`, () => {
      assert.equal(textWith(typed, label), expected);
    });
    it(`completes ${what} in a text with CRLF`, () => {
      assert.equal(textWith(typed.replace(/\n/g, '\r\n'), label), expected.replace(/\n/g, '\r\n'));
    });
  }

  it('puts account ids into quotes', () => {
    const others = { 'kms-handshake.json': JSON.stringify({ accounts: { '044455556666': 'analytics' } }) };
    const text = template(allow(`Condition:${I}  StringEquals:${I}    kms:CallerAccount: ${CURSOR}`));
    assert.equal(textWith(text, '044455556666', { others }), text.replace(CURSOR, '\'044455556666\''));
  });

  it('offers references before ARNs', () => {
    const others = { 'kms-handshake.json': JSON.stringify({
      keys: [{ arn: 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab', aliases: ['alias/app'] }],
    }) };
    const labels = labelsAt(inIdentity(allow(`Action: kms:Decrypt${I}Resource: ${CURSOR}`)), { others });
    assert.equal(labels[0], '!GetAtt DataKey.Arn');
    assert.ok(labels.includes('alias/app'));
  });

  it('offers no reference that would be a circular dependency', () => {
    const inline = template(allow(`Principal: {AWS: ${CURSOR}}`)).replace('      AssumeRolePolicyDocument', `      Policies:
        - PolicyName: kms
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{Effect: Allow, Action: 'kms:Decrypt', Resource: !GetAtt DataKey.Arn}]
      AssumeRolePolicyDocument`);
    assert.ok(!labelsAt(inline).some((label) => label.includes('Worker')));
  });

  it('offers no reference of a template in other files', () => {
    const { completions } = completionsAt(`{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "kms:Decrypt",
      "Resource": "${CURSOR}" }] }`, { path: 'policy.json', others: { 'template.yaml': template('Effect: Allow') } });
    const labels = completions?.items.map(({ label }) => label) ?? [];
    assert.ok(labels.includes('*'));
    for (const text of [...labels, ...completions?.items.map(({ newText }) => newText) ?? []]) assert.doesNotMatch(text, /DataKey|\u0006/);
  });

  it('writes whole statements with their lines, which have their whole indentation', () => {
    const text = textWith(template(CURSOR), 'Key administrators', { snippets: true });
    assert.ok(text.includes(`          - Sid: Allow access for Key Administrators
            Effect: Allow
            Principal:
              AWS: !Sub 'arn:aws:iam::\\\${AWS::AccountId\\}:role/\${1:ADMINISTRATOR_ROLE}'
            Action:
              - kms:Create*
`), text);
    assert.equal(completionsAt(template(CURSOR)).completions?.areLinesIndented, true);
  });

  it('writes tab stops without quotes', () => {
    assert.ok(textWith(template(allow(CURSOR)), 'Action', { snippets: true }).includes(`${I}Action:${I}  - \${1}\n`));
    assert.ok(textWith(template(allow(CURSOR)), 'Condition', { snippets: true }).includes(`${I}Condition:${I}  \${1}\n`));
    assert.ok(textWith(template(allow(`Condition:${I}  ${CURSOR}`)), 'Bool', { snippets: true }).includes(`${I}  Bool:${I}    \${1}\n`));
  });

  it('completes the document of a policy', () => {
    const document = /Version: '2012-10-17'\n {8}Statement:[^]*?\n {2}Worker:/;
    const begun = (text: string): string => template('x').replace(document, `${text}\n  Worker:`);
    assert.deepEqual(labelsAt(begun(CURSOR)), ['Version', 'Statement', 'Id']);
    assert.ok(textWith(begun(`Statement:${CURSOR}`), 'External account').includes(`
        Statement:
          - Sid: `));
    assert.ok(labelsAt(begun(`Statement:\n          ${CURSOR}`)).includes('Effect'));
  });

  const SILENT: Readonly<Record<string, string>> = {
    'the type of a resource': template('Effect: Allow').replace('AWS::IAM::Role', CURSOR),
    'a trust policy': template('Effect: Allow').replace('Statement: []', `Statement: [{Action: ${CURSOR}}]`),
    'a comment': template(`Effect: Allow # kms:${CURSOR}`),
    'a comment on its own line': template(`Effect: Allow${I}# kms:${CURSOR}`),
    'a description': template('Effect: Allow').replace('Resources:', `Description: kms:${CURSOR}\nResources:`),
    'a block scalar': template(`Sid: >-${I}  kms:${CURSOR}`),
    'the place behind a closed value': template(allow(`Action: 'kms:Decrypt'${CURSOR}`)),
    'an argument of another function': template(allow(`Principal: {AWS: !Join ['', [${CURSOR}, 'x']]}`)),
    'a Kubernetes file': `kind: Policy\nspec:\n  Statement:\n    - Action: kms:${CURSOR}\n`,
    'an empty file': CURSOR,
  };
  for (const [what, text] of Object.entries(SILENT)) {
    it(`is silent in ${what}`, () => {
      assert.deepEqual(labelsAt(text), []);
    });
  }

  it('gives YAML at every place of a policy, as far as that is typed', function () {
    this.timeout(120_000);
    const whole = template(`Sid: Use${I}Effect: Allow${I}Principal:${I}  AWS: !GetAtt Worker.Arn${I}Action: [kms:Decrypt, 'kms:En*']`
      + `${I}Resource: '*'${I}Condition: {StringEquals: {kms:ViaService: x}}`);
    const from = whole.indexOf('KeyPolicy:');
    let offered = 0;
    for (let offset = from; offset < whole.indexOf('  Worker:'); offset++) {
      const text = `${whole.slice(0, offset)}${CURSOR}${whole.slice(offset)}`;
      const { completions } = completionsAt(text);
      if (!completions) continue;
      offered++;
      const { label } = completions.items[offset % completions.items.length] ?? { label: '' };
      const result = textWith(text, label);
      assert.deepEqual(yamlFaults(result), [], `${label} in ${text.split('\n').find((line) => line.includes(CURSOR)) ?? ''}`);
    }
    assert.ok(offered > 100, String(offered));
  });
});

describe('editor/completion in policies in strings of templates', () => {
  const block = (tag: string, statement: string): string => `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: ${tag}|
        {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              ${statement}
            }
          ]
        }
  Worker:
    Type: AWS::IAM::Role
`;

  it('keeps the lines of a block scalar in the block', () => {
    assert.equal(textWith(block('', `"Act${CURSOR}"`), 'Action'), block('', `"Action": [
                ""
              ]`));
  });

  it('writes references as text of Fn::Sub, and none where there is no function', () => {
    const principal = `"Principal": { "AWS": "${CURSOR}" }`;
    assert.equal(textWith(block('!Sub ', principal), '${Worker.Arn}'), block('!Sub ', '"Principal": { "AWS": "${Worker.Arn}" }'));
    assert.ok(!labelsAt(block('', principal)).some((label) => label.includes('Worker')));
  });
});

describe('editor/completion in templates in JSON', () => {
  const template = (principal: string): string => JSON.stringify({ Resources: {
    DataKey: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [
      { Effect: 'Allow', Principal: { AWS: '@' }, Action: 'kms:*', Resource: '*' },
    ] } } },
    Worker: { Type: 'AWS::IAM::Role' },
  } }).replace('"@"', principal);
  const options = { path: 'template.json' };

  it('writes references in their long form', () => {
    assert.equal(textWith(template(`"${CURSOR}"`), 'Fn::GetAtt Worker.Arn', options), template('{"Fn::GetAtt":["Worker","Arn"]}'));
  });

  it('completes the arguments of functions', () => {
    assert.equal(textWith(template(`{"Fn::GetAtt":["${CURSOR}","Arn"]}`), 'Worker', options), template('{"Fn::GetAtt":["Worker","Arn"]}'));
    assert.equal(textWith(template(`{"Fn::Sub":"${CURSOR}"}`), '${Worker.Arn}', options), template('{"Fn::Sub":"${Worker.Arn}"}'));
    assert.deepEqual(labelsAt(template(`{"Ref":"${CURSOR}"}`), options), []);
  });
});
