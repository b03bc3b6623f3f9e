import type { ResourcePattern, Statement } from './policy';
import { indexByKeyId, resourcePatternOf } from './read-statement';
import { maskPlaceholders } from './read-policy-string';
import type { PolicyString } from './policy-string';

/**
 * Three to five fields, of which none is empty: AWS leaves an empty field as it is. What has a slash before the sixth field,
 or an account id for the Region,
 * lacks a field in the middle, so that it matches nothing however it ends. The part that a template fills in may end with more fields.
 */
const INCOMPLETE_ARN = /^arn:[^:/\s]+:[^:/\s]+(?!:\d{12})(?::[^:/\s]+){0,2}$/;

/**
 * The statements of an identity policy with `*` in the fields that their resource ARNs lack: `arn:aws:kms` is `arn:aws:kms:*:*:*`. In
 * policies of other kinds AWS does not complete them, and rejects session policies that contain one (docs/aws-rules.md 5.4).
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 *
 * @param variables whether the policy's version has policy variables
 */
export function withCompletedArns(statements: readonly Statement[], variables: boolean): readonly Statement[] {
  if (!statements.some(({ resource }) => resource?.patterns.some(isIncompletePattern))) return statements;
  return statements.map((statement) => {
    const { resource } = statement;
    if (!resource) return statement;
    const patterns = resource.patterns.map((pattern) => completePattern(pattern, variables));
    return { ...statement, resource: { ...resource, patterns, patternIndex: indexByKeyId(patterns) } };
  });
}

function isIncompletePattern({ arn, text: policyString }: ResourcePattern): boolean {
  return (arn === undefined || policyString.value.includes('${')) && policyString.value.startsWith('arn:')
    && countArnFields(policyString) < 6;
}

function completePattern(pattern: ResourcePattern, variables: boolean): ResourcePattern {
  if (!isIncompletePattern(pattern)) return pattern;
  const { text: policyString } = pattern;
  return resourcePatternOf({ ...policyString, value: policyString.value + ':*'.repeat(6 - countArnFields(policyString)) }, variables);
}

/** How many fields an ARN has; as many as a whole one where it is not to be completed. */
function countArnFields(policyString: PolicyString): number {
  const { value, placeholders } = policyString;
  if (placeholders.some(({ end }) => end === value.length)) return 6;
  // A policy variable has a colon of its own.
  const masked = maskPlaceholders(policyString).replace(/\$\{[^{}]*\}/g, 'variable');
  return INCOMPLETE_ARN.test(masked) ? masked.split(':').length : 6;
}

/** Whether the text has fields that AWS adds to what is written. */
export function hasCompletedArn({ node, value }: PolicyString): boolean {
  return node.placeholders.length === 0 && value !== node.value;
}
