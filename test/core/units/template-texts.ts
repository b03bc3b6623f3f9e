/** Small templates for tests of what several of them say together. */

export function templateText(resources: object, more: object = {}): string {
  return JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', ...more, Resources: resources });
}

export const OWN_ROOT = 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root';

export function statement(actions: string | readonly string[], more: object = {}): object {
  return { Effect: 'Allow', Action: actions, Resource: '*', ...more };
}

/** A key that leaves these actions to IAM policies of its account. */
export function keyFor(actions: string | readonly string[], ...statements: readonly object[]): object {
  return { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17',
    Statement: [statement(actions, { Principal: { AWS: { 'Fn::Sub': OWN_ROOT } } }), ...statements] } } };
}

/** A role that may do this with a key. */
export function roleFor(actions: string | readonly string[], resource: unknown, properties: object = {}): object {
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...properties,
    Policies: [{ PolicyName: 'kms', PolicyDocument: { Version: '2012-10-17', Statement: [statement(actions,
      { Resource: resource })] } }] } };
}

export const KEY_ARN_OUTPUT = { Value: { 'Fn::GetAtt': ['DataKey', 'Arn'] } };
export const sub = (text: string): object => ({ 'Fn::Sub': text });
export const importOf = (name: unknown): object => ({ 'Fn::ImportValue': name });
export const stackOf = (url: string, parameters: object = {}): object =>
  ({ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url, Parameters: parameters } });
