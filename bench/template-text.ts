import { CONSUMER } from '../test/support/fixtures';

/** A template of so many keys and functions, in the styles that templates have: blocks, brackets, quotes, literals, tags, comments. */
export function templateText(resources: number): string {
  const parts = Array.from({ length: resources }, (_, i) => `  # Key number ${i}
  Key${i}:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    Properties:
      Description: !Sub "Key ${i} of \${AWS::StackName}: made for the service and its workers"
      EnableKeyRotation: true
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
            Principal: {AWS: ['arn:aws:iam::${CONSUMER}:role/App${i}', !GetAtt Role${i}.Arn]}
            Action:
              - kms:Decrypt
              - kms:DescribeKey # for clients
            Resource: "*"
            Condition:
              StringEquals: {'kms:ViaService': !Sub 's3.\${AWS::Region}.amazonaws.com'}
  Role${i}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: kms
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: [kms:Decrypt, kms:DescribeKey]
                Resource: !GetAtt Key${i}.Arn
  Function${i}:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role${i}.Arn
      Code:
        ZipFile: |
          import boto3

          def handler(event, context):
              client = boto3.client("kms")
              return client.describe_key(KeyId=event["key"])["KeyMetadata"]
`);
  return `AWSTemplateFormatVersion: '2010-09-09'\nResources:\n${parts.join('')}`;
}
