import assert from 'node:assert/strict';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { explain, type Explanation } from '../../../server/src/core/queries/explain';
import { applyEdits } from '../../../server/src/core/text/apply-edits';
import { fileUri, worldOfFiles, type FolderFiles } from '../../support/world-of-files';

const KEY = `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Sid: Owner
            Effect: Allow
            Principal: {AWS: !Sub 'arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root'}
            Action: kms:*
            Resource: '*'
`;
const WORKER = `  Worker:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
`;
const INLINE_POLICY = `      Policies:
        - PolicyName: other
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: '*'
`;

function explained(text: string): Explanation {
  const files: FolderFiles = { 'w/stack.yaml': text };
  const world = worldOfFiles(files);
  const named = <T extends { readonly template?: { readonly logicalId: string } | undefined }>(items: readonly T[], logicalId: string): T =>
    items.find(({ template }) => template?.logicalId === logicalId) ?? assert.fail(logicalId);
  const answer = explain(world, { identity: named(world.identities, 'Worker').arn ?? '', key: named(world.keys, 'DataKey').arn ?? '',
    action: 'kms:Decrypt' }, ({ uri }) => uri);
  return isRefusal(answer) ? assert.fail(answer.refused) : answer;
}

function textAfterRemedy(text: string): string {
  const { remedy } = explained(text);
  const [edit, ...others] = remedy?.changes ?? [];
  assert.ok(edit && others.length === 0 && edit.change.uri === fileUri('w/stack.yaml') && !('create' in edit.change));
  return applyEdits(text, edit.change.edits);
}

describe('what would allow it, in a template', () => {
  it('is a statement in the policy that the role has in the template', () => {
    const text = KEY + WORKER + INLINE_POLICY;
    assert.equal(explained(text).verdict.outcome, 'denied');
    const after = textAfterRemedy(text);
    assert.equal(after, `${text}              - Sid: UseKmsKey
                Effect: Allow
                Action: kms:Decrypt
                Resource: !GetAtt DataKey.Arn
`);
    assert.equal(explained(after).verdict.outcome, 'allowed');
  });

  it('is a managed policy where the role has none', () => {
    const text = KEY + WORKER;
    const after = textAfterRemedy(text);
    assert.match(after, /WorkerKmsPolicy:\n {4}Type: AWS::IAM::ManagedPolicy\n[^]*- !Ref Worker\n[^]*Resource: !GetAtt DataKey\.Arn\n$/);
    assert.equal(explained(after).verdict.outcome, 'allowed');
  });
});
