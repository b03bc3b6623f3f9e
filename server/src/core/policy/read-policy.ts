import { isKmsWithoutPrefix } from '../aws/actions';
import { isStringNode, itemsOf, memberOf, type Node, type ObjectNode } from '../syntax/tree';
import { classifyPolicy, classifyInIdentityFolder, intendedActionPatterns } from './policy-kind';
import { withCompletedArns } from './incomplete-arn';
import type { Policy, PolicyKind, Statement } from './policy';
import { readStatement } from './read-statement';
import { policyStringOf } from './read-policy-string';
import { isTemplateFunction, possibleValues } from './template-function';
import type { PlaceholderValues } from './policy-string';

/** What is known of the kind of a policy before it is read. */
export interface PolicyKindHints {
  /** The kind that a declaration or the wrapper tells; without it the kind is guessed. */
  readonly declaredKind?: PolicyKind | undefined;
  /** The policy lies in a folder that a declaration gives to identities. */
  readonly expectedKind?: 'identity' | undefined;
  /** The kind that its path tells (`scp`, `boundary`, …). */
  readonly pathKind?: PolicyKind | undefined;
}

export interface PolicyReadOptions extends PolicyKindHints {
  /** Declared values of placeholders. */
  readonly placeholderValues?: PlaceholderValues | undefined;
}

/**
 * Reads a policy document, or with `fragment` a bare statement, into the model. Takes any object: what is missing or has
 * the wrong type is simply not there. Every part keeps its node, and with it its span.
 */
export function readPolicy(node: ObjectNode, options: PolicyReadOptions & { readonly isFragment: boolean }): Policy {
  if (options.isFragment) return readFragment([node], options);
  const statementMember = memberOf(node, 'Statement');
  const version = readOptionalString(memberOf(node, 'Version')?.value, options.placeholderValues);
  const variables = version !== undefined && (version.value === '2012-10-17' || version.placeholders.length > 0);
  const draft = {
    node,
    isFragment: false,
    version,
    id: readOptionalString(memberOf(node, 'Id')?.value, options.placeholderValues),
    statementMember,
    statements: readStatements(itemsOf(statementMember?.value), variables, options.placeholderValues),
    hasPolicyVariables: variables,
  };
  return withPolicyKind(draft, options);
}

/**
 * Reads statements without a document around them as one policy. The version of the document that they are meant for is
 * not known: they count as written for 2012-10-17.
 *
 * @param nodes at least one statement
 */
export function readFragment(nodes: readonly ObjectNode[], options: PolicyReadOptions): Policy {
  const [node] = nodes;
  if (!node) throw new RangeError('a fragment has at least one statement');
  const draft = {
    node,
    isFragment: true,
    version: undefined,
    id: undefined,
    statementMember: undefined,
    statements: readStatements(nodes, true, options.placeholderValues),
    hasPolicyVariables: true,
  };
  return withPolicyKind(draft, options);
}

/** What the statements mean in the end depends on the kind of the policy. */
function withPolicyKind(draft: Omit<Policy, 'kind'>, options: PolicyReadOptions): Policy {
  const kind = options.declaredKind ?? guessPolicyKind(draft, options);
  return { kind, ...draft,
    statements: kind === 'identity' ? withCompletedArns(draft.statements, draft.hasPolicyVariables) : draft.statements };
}

function guessPolicyKind(draft: Omit<Policy, 'kind'>, { expectedKind, pathKind }: PolicyKindHints): PolicyKind {
  return expectedKind === 'identity' ? classifyInIdentityFolder(draft, pathKind) : classifyPolicy(draft, pathKind);
}

/**
 * Whether a policy is a KMS matter at all: it names a kms action (be it without the prefix), `*` or `NotAction`, a KMS ARN or a `kms:`
 * condition key. Unknown actions and resources may be any.
 */
export function mentionsKms(policy: Policy): boolean {
  return policy.statements.some((statement) => {
    const { action, resource, conditions } = statement;
    return action?.negated
      || intendedActionPatterns(statement).some((pattern) =>
        pattern.service !== 'other' || pattern.text.placeholders.length > 0 || isKmsWithoutPrefix(pattern.text.value)
      )
      || resource?.patterns.some(({ form }) => form === 'key' || form === 'alias' || form === 'kms')
      || conditions.some((condition) => condition.keyLower.startsWith('kms:'));
  });
}

function readStatements(nodes: readonly Node[], variables: boolean, placeholderValues: PlaceholderValues | undefined): Statement[] {
  const statements: Statement[] = [];
  nodes.forEach((node, index) => {
    const maybe = isTemplateFunction(node);
    for (const value of possibleValues(node)) {
      if (value.kind === 'object')
        statements.push(readStatement(value, { index, hasPolicyVariables: variables, placeholderValues, isMaybe: maybe }));
    }
  });
  return statements;
}

function readOptionalString(node: Node | undefined, placeholderValues: PlaceholderValues | undefined) {
  return isStringNode(node) ? policyStringOf(node, placeholderValues) : undefined;
}
