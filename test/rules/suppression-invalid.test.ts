import assert from 'node:assert/strict';
import { checkFindings, findingsWithCode } from '../support/expect-findings';

const ONLY = ['suppression-invalid', 'suppression-unused', 'wildcard-principal'];

const template = (comment: string): string => `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          ${comment}
          - {Effect: Allow, Principal: '*', Action: 'kms:Verify', Resource: '*'}
`;

describe('rule suppression-invalid', () => {
  it('a rule that does not exist suppresses nothing', () => {
    const files = { 'a.yaml': template('# kms-handshake:ignore wildcard-principle, wildcard-principal a public key') };
    checkFindings(files, ['a.yaml error suppression-invalid "wildcard-principle"'], ONLY);
    assert.equal(findingsWithCode(files, 'suppression-invalid')[0]?.message,
      'There is no rule "wildcard-principle". Did you mean "wildcard-principal"?');
  });

  it('a comment without a reason suppresses, and is told', () => {
    const files = { 'a.yaml': template('# kms-handshake:ignore wildcard-principal') };
    checkFindings(files, ['a.yaml error suppression-invalid "# kms-handshake:ignore wildcard-principal"'], ONLY);
    assert.equal(findingsWithCode(files, 'suppression-invalid')[0]?.message,
      'The suppression needs a reason: write "kms-handshake:ignore CODE REASON".');
  });

  it('a comment without a rule', () => {
    checkFindings({ 'a.yaml': template('# kms-handshake:ignore') },
      ['a.yaml error suppression-invalid "# kms-handshake:ignore"', 'a.yaml error wildcard-principal "\'*\'"'], ONLY);
  });

  it('takes comments with a rule and a reason', () => {
    checkFindings({ 'a.yaml': template('# kms-handshake:ignore wildcard-principal a public key') }, [], ONLY);
  });
});
