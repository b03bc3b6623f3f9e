import { serviceOfArn } from '../../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Policy, ResourcePattern, Statement } from '../../policy/policy';
import { mentionsKms } from '../../policy/read-policy';
import type { Location, Span } from '../../text/span';
import { isPlaceholderStatement } from './placeholder-statements';
import { misspelledElement } from '../../policy/misspelled-elements';

/** A key policy, or an identity policy that has to do with KMS: only these are judged, the others never grant. */
export function isKmsPolicy(policy: Policy): boolean {
  return policy.kind === 'key' || policy.kind === 'identity' && mentionsKms(policy);
}

/** Whether the text of the policy is ours to mend: one that is judged, or so broken or unfinished that it names no action yet. */
export function mayBeKmsPolicy(policy: Policy): boolean {
  return isKmsPolicy(policy) || policy.statements.some(isPlaceholderStatement)
    || policy.statements.every(({ action }) => action === undefined || action.patterns.length === 0);
}

/** Whether the policy is a KMS matter, or so broken or unfinished that only its text tells. */
export function mentionsKmsInText({ policy, layer: sourceLayer }: DiscoveredPolicy): boolean {
  return isKmsPolicy(policy) || (policy.kind === 'key' || policy.kind === 'identity') && mayBeKmsPolicy(policy)
    && /\bkms\b/i.test(sourceLayer.text.slice(policy.node.span.start, policy.node.span.end));
}

/** Whether the statement names actions of KMS; `"*"`, `NotAction` and other services' actions do not count. */
export function hasKmsActionValues(statement: Statement): boolean {
  return statement.action !== undefined && !statement.action.negated
    && statement.action.patterns.some((pattern) => pattern.service === 'kms');
}

/** Whether all that the statement allows or denies are actions of KMS. */
export function hasOnlyKmsActions(statement: Statement): boolean {
  return hasKmsActionValues(statement) && (statement.action?.patterns.every((pattern) => pattern.service === 'kms') ?? false);
}

/** The `Resource` values of an identity policy that are a matter of KMS: those of statements for KMS actions, and KMS ARNs anywhere. */
export function* kmsResources(policy: Policy): Iterable<{ readonly statement: Statement; readonly pattern: ResourcePattern }> {
  for (const statement of policy.statements) {
    const ofKms = hasKmsActionValues(statement);
    for (const pattern of statement.resource?.patterns ?? []) {
      if (ofKms || serviceOfArn(pattern.text.value.trimStart()) === 'kms') yield { statement, pattern };
    }
  }
}

/** Where to say what is missing in a statement: its Sid, else its Effect, else its first member or opening brace. */
function anchorSpanOf(statement: Statement): Span {
  const { sid, effectNode, node } = statement;
  return sid?.node.span ?? effectNode?.span ?? node.members[0]?.key.span ?? { start: node.span.start, end: Math.min(node.span.start + 1, node.span.end) };
}

/** The same as a place in the file. */
export function locationOfStatement(policy: DiscoveredPolicy, statement: Statement): Location {
  return locationInFile(policy, anchorSpanOf(statement));
}

/** Whether the statement still lacks text that would end it: what is not there yet is then no finding. */
export function isIncompleteStatement(statement: Statement): boolean {
  return !statement.node.closed || statement.node.members.some((member) => member.value === undefined);
}

/**
 * Whether the statement has the element, plain or `Not…`, under a misspelled name: that name is then the fault (`unknown-element`),
 * and nothing is missing.
 */
export function hasMisspelledElement({ node }: Statement, element: string): boolean {
  return misspelledElement(node, element) !== undefined;
}
