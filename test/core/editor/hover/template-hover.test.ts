import * as assert from 'node:assert/strict';
import { hoverAtCursor, type HoverResult } from '../../../support/hover';
import { KEY_ARN } from '../../../support/fixtures';

const TEMPLATE = `Parameters:
  Partner: {Type: String, Default: '444455556666'}
  SharedKey: {Type: String}
Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {AWS: !GetAtt Worker.Arn}
            Action: kms:Decrypt
            Resource: '*'
  DataAlias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: alias/data, TargetKeyId: !Ref DataKey}
  Worker:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: kms
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{Effect: Allow, Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: !GetAtt DataKey.Arn}]
  PlainKey: {Type: AWS::KMS::Key}
  Store: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Partner}}
Outputs:
  Arn: {Value: !GetAtt DataKey.Arn, Export: {Name: data-key}}
  Text: {Value: !Sub 'key \${DataKey.Arn} of \${Worker}'}
  Alias: {Value: !Ref DataAlias}
  Bucket: {Value: !Ref Store}
`;

/** @param mark a part of the text with a `|` in it */
function hoverAtMark(mark: string, others: Readonly<Record<string, string>> = {}, text = TEMPLATE): HoverResult | undefined {
  const start = text.indexOf(mark.replace('|', ''));
  assert.ok(start >= 0, mark);
  const offset = start + mark.indexOf('|');
  return hoverAtCursor({ ...others, 'template.yaml': `${text.slice(0, offset)}|${text.slice(offset)}` });
}

function textAtMark(mark: string, others: Readonly<Record<string, string>> = {}, text = TEMPLATE): string {
  return hoverAtMark(mark, others, text)?.text ?? '';
}

describe('editor/hover: templates outside of policies', () => {
  it('tells of a key what its policy allows, and who uses it, at its logical id and its type', () => {
    for (const [mark, hovered] of [['  Data|Key:', 'DataKey'], ['Type: AWS::KMS|::Key\n', 'AWS::KMS::Key']] as const) {
      const hover = hoverAtMark(mark);
      assert.equal(hover?.hoveredText, hovered);
      assert.match(hover.text, /^KMS key DataKey of template\.yaml/);
      assert.match(hover.text, /Allows role\/Worker of template\.yaml of the account of template\.yaml kms:Decrypt/);
      assert.match(hover.text, /- role\/Worker of template\.yaml \(template\.yaml#Worker\): 1 action works, 1 blocked/);
    }
  });

  it('says that a key without KeyPolicy has the default key policy', () => {
    assert.match(textAtMark('Plain|Key'), /no KeyPolicy, so KMS's default key policy: the IAM policies of its account decide/);
  });

  it('tells of a role its policies and its keys', () => {
    assert.match(textAtMark('  Work|er:'), /^role\/Worker of template\.yaml of the account of template\.yaml\n\n- IAM policy of the role/);
    assert.match(textAtMark('  Work|er:'), /- alias\/data \(template\.yaml#DataKey\): /);
  });

  it('tells of a reference what it gives, and of what', () => {
    assert.match(textAtMark('!Get|Att DataKey.Arn, Export'), /^DataKey\.Arn: the ARN of the KMS key DataKey of this template\.\n\nKMS key/);
    assert.match(textAtMark('TargetKeyId: !Ref Data|Key'), /^DataKey: the id of the KMS key/);
    assert.match(textAtMark('!Ref Data|Alias'), /^DataAlias: the name of the alias DataAlias of this template\.\n\nKMS key/);
    assert.match(textAtMark('${Data|Key.Arn}'), /^KMS key DataKey/);
    assert.match(textAtMark('${Work|er}'), /^role\/Worker/);
  });

  it('tells of an import of what it is', () => {
    const importer = 'Resources:\n  Role: {Type: AWS::IAM::Role}\nOutputs:\n  Key: {Value: !ImportValue data-key}\n';
    assert.match(textAtMark('!Import|Value', { 'other.yaml': TEMPLATE }, importer),
      /^Import of data-key, which another stack exports\.\n\nKMS key DataKey of other\.yaml/);
  });

  it('tells of a parameter its value and from where it is', () => {
    assert.match(textAtMark('  Shared|Key'), /^SharedKey: a parameter of this template\. Its value is not known; kms-handshake\.json can declare/);
    const parameters = JSON.stringify([{ ParameterKey: 'SharedKey', ParameterValue: KEY_ARN }]);
    assert.match(textAtMark('  Shared|Key', { 'template-prod.json': parameters }),
      new RegExp(`Its value is ${KEY_ARN}\\.\\n\\n- Given by template-prod\\.json:1`));
    const declared = JSON.stringify({ placeholders: [{ files: ['template.yaml'], values: { SharedKey: KEY_ARN } }] });
    assert.match(textAtMark('  Shared|Key', { 'kms-handshake.json': declared }), /as kms-handshake\.json declares/);
    assert.match(textAtMark('  Part|ner'), /not known.*\n\n- Default: 444455556666/);
    const account = JSON.stringify({ placeholders: [{ files: ['template.yaml'], values: { 'AWS::AccountId': '111122223333' } }] });
    assert.match(textAtMark('!Ref Part|ner', { 'kms-handshake.json': account }), /Its value is 444455556666, by the default of the parameter/);
  });

  it('says nothing of other resources, and between the words', () => {
    for (const mark of ['  Sto|re:', 'Type: AWS::S3::Buc|ket', '!Ref Sto|re', 'Out|puts', 'Bucket|Name'])
      assert.equal(hoverAtMark(mark), undefined, mark);
  });
});
