import { Parser } from 'yaml';
import { yamlSyntax } from '../server/src/core/syntax/yaml/yaml-syntax';
import { CONSUMER } from '../test/support/fixtures';
import { measureAlternately, measureDuration, median, type BenchmarkResult } from './measure';

const SYNTAX = yamlSyntax(new Map([['!Ref', 'Ref'], ['!Sub', 'Fn::Sub'], ['!GetAtt', 'Fn::GetAtt']]));

/** A template of so many keys and functions, in the styles that templates have: blocks, brackets, quotes, literals, tags, comments. */
function template(resources: number): string {
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

/** The tree of a template with the place of each character against the tokens alone that the library reads. */
export async function measureYamlTree(): Promise<BenchmarkResult[]> {
  const text = template(80);
  const tree = (): unknown => SYNTAX.parse(text, { comments: 'fault' });
  const tokens = (): unknown => Array.from(new Parser().parse(text));
  for (let round = 0; round < 20; round++) {
    tree();
    tokens();
  }
  const durations = await measureAlternately(60, { measured: () => measureDuration(tree), baseline: () => measureDuration(tokens) });
  const measured = median(durations.measured);
  const baseline = median(durations.baseline);
  return [{
    name: `YAML to tree: a template of ${Math.round(text.length / 1000)} KB, median of 60`, measured, baseline,
    baselineName: 'the tokens alone, as the lexer and parser of the library give them', ratio: measured / baseline,
    goal: 'at most 1.5 times the time', isGoalMet: measured / baseline <= 1.5,
  }];
}
