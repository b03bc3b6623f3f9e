import { serviceOfArn } from '../../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Policy, ResourcePattern, Statement } from '../../policy/policy';
import { mentionsKms } from '../../policy/read-policy';
import type { Location } from '../../text/span';

/** Whether this is a key policy or an identity policy that concerns KMS. Rules look at these only; other policies never grant access. */
export function isKmsPolicy(policy: Policy): boolean {
  return policy.kind === 'key' || policy.kind === 'identity' && mentionsKms(policy);
}

/** Whether this is a KMS policy, or so incomplete that it has no action yet. */
export function mayBeKmsPolicy(policy: Policy): boolean {
  return isKmsPolicy(policy) || policy.statements.some(({ isSkeleton }) => isSkeleton)
    || policy.statements.every(({ action }) => action === undefined || action.patterns.length === 0);
}

/** Whether this is a KMS policy, or so incomplete that only its text mentions KMS. */
export function mentionsKmsInText({ policy, layer: sourceLayer }: DiscoveredPolicy): boolean {
  return isKmsPolicy(policy) || (policy.kind === 'key' || policy.kind === 'identity') && mayBeKmsPolicy(policy)
    && /\bkms\b/i.test(sourceLayer.text.slice(policy.node.span.start, policy.node.span.end));
}

/** Whether the statement has actions spelled `kms:`, and not in `NotAction`. */
export function hasKmsActionValues(statement: Statement): boolean {
  return statement.action?.negated === false && statement.action.patterns.some((pattern) => pattern.service === 'kms');
}

/** Whether all actions of the statement are spelled `kms:`. */
export function hasOnlyKmsActions(statement: Statement): boolean {
  return hasKmsActionValues(statement) && statement.action?.patterns.every((pattern) => pattern.service === 'kms') === true;
}

export interface ResourceInStatement {
  readonly statement: Statement;
  readonly pattern: ResourcePattern;
}

/** The `Resource` values of an identity policy that concern KMS: those of statements with KMS actions, and KMS ARNs anywhere. */
export function* kmsResources(policy: Policy): Iterable<ResourceInStatement> {
  for (const statement of policy.statements) for (const pattern of kmsResourcesOfStatement(statement)) yield { statement, pattern };
}

export function kmsResourcesOfStatement(statement: Statement): readonly ResourcePattern[] {
  const patterns = statement.resource?.patterns ?? [];
  return hasKmsActionValues(statement) ? patterns : patterns.filter(({ text }) => serviceOfArn(text.value.trimStart()) === 'kms');
}

/** Where a finding about a statement as a whole stands: at its Sid, else its Effect, else its first member or opening brace. */
export function locationOfStatement(policy: DiscoveredPolicy, { sid, effectNode, node }: Statement): Location {
  const { start, end } = node.span;
  return locationInFile(policy,
    sid?.node.span ?? effectNode?.span ?? node.members[0]?.key.span ?? { start, end: Math.min(start + 1, end) });
}

/** Where a finding about something missing in the policy stands: at the key `Statement`, or at the statement that is the whole document. */
export function locationOfStatements(policy: DiscoveredPolicy): Location {
  return locationInFile(policy, policy.policy.statementMember?.key.span ?? policy.policy.node.span);
}

/** Whether the statement is still being typed, so that nothing is reported as missing. */
export function isIncompleteStatement(statement: Statement): boolean {
  return !statement.node.closed || statement.node.members.some((member) => member.value === undefined);
}
