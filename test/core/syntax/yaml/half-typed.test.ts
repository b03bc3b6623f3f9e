import assert from 'node:assert/strict';
import { nodeToJson } from '../../../../server/src/core/syntax/canonical-value';
import { checkTree, faultsOf, parse } from './support';

const TEMPLATE = `AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Sid: Owner
            Effect: Allow
            Principal:
              AWS: !Sub arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root
            Action: kms:*
            Resource: '*'
          - Sid: Consumer
            Effect: Allow
            Principal:
              AWS: arn:aws:iam::444455556666:role/App
            Action:
              - kms:Decrypt
              - kms:DescribeKey
            Resource: '*'
          - Sid: Third
            Effect: Deny
            Principal: '*'
            Action: kms:PutKeyPolicy
            Resource: '*'
  AppPolicy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: [kms:Decrypt, kms:Encrypt]
            Resource: !GetAtt Key.Arn
      Roles: [!Ref Role]
  Role:
    Type: AWS::IAM::Role
`;

function changed(from: string, to: string): string {
  assert.ok(TEMPLATE.includes(from), from);
  return TEMPLATE.replace(from, to);
}

type StatementMembers = Readonly<Record<string, unknown>>;

interface Resource {
  readonly Properties: Record<'KeyPolicy' | 'PolicyDocument', { readonly Statement: readonly (StatementMembers | null)[] }>;
}

/** Statements of the key policy and of the managed policy that are there as a whole, and whether the role behind them is. */
function remains(text: string): string {
  const result = parse(text);
  checkTree(text, result);
  const { Resources } = nodeToJson(result.root ?? assert.fail('no tree')) as unknown as { readonly Resources: Record<string, Resource> };
  const count = (resource: string, property: 'KeyPolicy' | 'PolicyDocument'): number =>
    Resources[resource]?.Properties[property].Statement
      .filter((statement) => statement !== null && 'Effect' in statement && 'Resource' in statement).length ?? 0;
  return `${count('Key', 'KeyPolicy')} + ${count('AppPolicy', 'PolicyDocument')}${Resources['Role'] ? ', role' : ''}`;
}

/** What is typed, what remains of the policies, and what is reported. */
const HALF_TYPED: Readonly<Record<string, readonly [text: string, remains: string, ...faults: string[]]>> = {
  'nothing is wrong': [TEMPLATE, '3 + 1, role'],
  'a member without value': [changed('            Action: kms:*\n', '            Action:\n'), '3 + 1, role'],
  'an empty item': [changed('              - kms:DescribeKey\n', '              - kms:DescribeKey\n              - \n'), '3 + 1, role'],
  'a double quote that is not closed': [changed('              - kms:Decrypt\n', '              - "kms:Decr\n'), '3 + 1, role',
    'unterminated-string "\\""'],
  'a single quote that is not closed': [changed('              - kms:Decrypt\n', '              - \'kms:Decr\n'), '3 + 1, role',
    'unterminated-string "\'"'],
  'a list in brackets that is not closed': [changed('[kms:Decrypt, kms:Encrypt]', '[kms:Decrypt, kms:'), '3 + 1, role',
    'missing-brace "["'],
  'a word without colon': [changed('            Principal:\n              AWS: arn',
    '            Prin\n            Principal:\n              AWS: arn'),
    '3 + 1, role', 'missing-colon "Prin"'],
  'a member one column too far left': [changed('            Resource: \'*\'\n          - Sid: Third',
    '           Resource: \'*\'\n          - Sid: Third'),
    '2 + 1, role', 'indentation "R"'],
  'a tag without value': [changed('Resource: !GetAtt Key.Arn', 'Resource: !GetAtt'), '3 + 1, role'],
  'a star without quotes': [changed('            Action: kms:PutKeyPolicy\n            Resource: \'*\'',
    '            Action: kms:PutKeyPolicy\n            Resource: *'), '3 + 1, role', 'unknown-alias "*"'],
  'an object in braces that is not closed': [changed('Principal: \'*\'', 'Principal: {AWS: "*"'), '3 + 1, role', 'missing-brace "{"'],
  'no blank behind the colon': [changed('Sid: Consumer', 'Sid:Consumer'), '3 + 1, role', 'missing-colon "Sid:Consumer"'],
  'a colon in a plain value': [changed('Action: kms:PutKeyPolicy', 'Action: kms:PutKeyPolicy: x'), '3 + 1, role',
    'unexpected "kms:PutKeyPolicy: x"'],
  'only the dash of a statement': [changed('          - Sid: Third', '          -\n          - Sid: Third'), '3 + 1, role'],
  'an expression of a template engine': [changed('AWS: arn:aws:iam::444455556666:role/App', 'AWS: {{ consumer_role }}'), '3 + 1, role'],
  'half a name above a member': [changed('            Action: kms:*\n', '            Action: kms:*\n            Con\n'), '3 + 1, role',
    'missing-colon "Con"'],
  'an unknown anchor': [changed('            Action: kms:*\n', '            Action: *kms\n'), '3 + 1, role', 'unknown-alias "*kms"'],
  'a conflict of a merge': [changed('          - Sid: Third', '<<<<<<< HEAD\n          - Sid: Third'), '3 + 1, role',
    'conflict-marker "<<<<<<<"'],
  'a no-break space as indentation': [changed('            Effect: Allow\n            Principal:\n              AWS: arn',
    '     \u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0Effect: Allow\n            Principal:\n              AWS: arn'), '3 + 1, role',
  'no-break-space "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0"'],
  'a quoted text whose lines are indented too little': [changed('  Role:\n', '  Other: "{\n1: 2\n}"\n  Role:\n'),
    '3 + 1, role'],
};

describe('half-typed YAML', () => {
  for (const [name, [text, expected, ...faults]] of Object.entries(HALF_TYPED)) {
    it(`${name}: the statements around stay, and it is reported once`, () => {
      assert.equal(remains(text), expected);
      assert.deepEqual(faultsOf(text), faults);
    });
    it(`${name}: with the line ends of Windows`, () => {
      const windows = text.replace(/\n/g, '\r\n');
      assert.equal(remains(windows), expected);
      assert.deepEqual(faultsOf(windows), faults);
    });
  }

  it('every prefix is read', () => {
    for (let end = 0; end < TEMPLATE.length; end += 7) checkTree(TEMPLATE.slice(0, end), parse(TEMPLATE.slice(0, end)));
  });
});
