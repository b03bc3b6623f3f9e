import { isKmsWithoutPrefix } from '../aws/actions';
import { isString, itemsOf, memberOf, type Node, type ObjectNode } from '../parse/tree';
import { classify, classifyAmongIdentities, meantActionPatterns } from './classify';
import { withCompletedArns } from './incomplete-arn';
import type { Policy, PolicyKind, Statement } from './policy';
import { readStatement } from './read-statement';
import { textOf } from './read-text';
import { isTemplateFunction, possibleValues } from './template';
import type { Fill } from './text';

/** What is known of the kind of a policy before it is read. */
export interface ReadingKind {
  /** The kind that a declaration or the wrapper tells; without it the kind is guessed. */
  readonly kind?: PolicyKind | undefined;
  /** The policy lies in a folder that a declaration gives to identities. */
  readonly expected?: 'identity' | undefined;
  /** The kind that its path tells (`scp`, `boundary`, …). */
  readonly pathKind?: PolicyKind | undefined;
}

export interface ReadOptions extends ReadingKind {
  /** Declared values of placeholders. */
  readonly fill?: Fill | undefined;
}

/**
 * Reads a policy document, or with `fragment` a bare statement, into the model. Takes any object: what is missing or has
 * the wrong type is simply not there. Every part keeps its node, and with it its span.
 */
export function readPolicy(node: ObjectNode, options: ReadOptions & { readonly fragment: boolean }): Policy {
  if (options.fragment) return readFragment([node], options);
  const statementMember = memberOf(node, 'Statement');
  const version = stringOf(memberOf(node, 'Version')?.value, options.fill);
  const variables = version !== undefined && (version.value === '2012-10-17' || version.holes.length > 0);
  const draft = {
    node,
    fragment: false,
    version,
    id: stringOf(memberOf(node, 'Id')?.value, options.fill),
    statementMember,
    statements: readStatements(itemsOf(statementMember?.value), variables, options.fill),
    variables,
  };
  return withKind(draft, options);
}

/**
 * Reads statements without a document around them as one policy. The version of the document that they are meant for is
 * not known: they count as written for 2012-10-17.
 *
 * @param nodes at least one statement
 */
export function readFragment(nodes: readonly ObjectNode[], options: ReadOptions): Policy {
  const [node] = nodes;
  if (!node) throw new RangeError('a fragment has at least one statement');
  const draft = {
    node,
    fragment: true,
    version: undefined,
    id: undefined,
    statementMember: undefined,
    statements: readStatements(nodes, true, options.fill),
    variables: true,
  };
  return withKind(draft, options);
}

/** What the statements mean in the end depends on the kind of the policy. */
function withKind(draft: Omit<Policy, 'kind'>, options: ReadOptions): Policy {
  const kind = options.kind ?? guessKind(draft, options);
  return { kind, ...draft, statements: kind === 'identity' ? withCompletedArns(draft.statements, draft.variables) : draft.statements };
}

function guessKind(draft: Omit<Policy, 'kind'>, { expected, pathKind }: ReadingKind): PolicyKind {
  return expected === 'identity' ? classifyAmongIdentities(draft, pathKind) : classify(draft, pathKind);
}

/**
 * Whether a policy is a KMS matter at all: it names a kms action (be it without the prefix), `*` or `NotAction`, a KMS ARN or a `kms:` condition key.
 * Unknown actions and resources may be any.
 */
export function mentionsKms(policy: Policy): boolean {
  return policy.statements.some((statement) => {
    const { action, resource, conditions } = statement;
    return action?.negated
      || meantActionPatterns(statement).some((pattern) => pattern.service !== 'other' || pattern.text.holes.length > 0 || isKmsWithoutPrefix(pattern.text.value))
      || resource?.patterns.some(({ form }) => form === 'key' || form === 'alias' || form === 'kms')
      || conditions.some((condition) => condition.keyLower.startsWith('kms:'));
  });
}

function readStatements(nodes: readonly Node[], variables: boolean, fill: Fill | undefined): Statement[] {
  const statements: Statement[] = [];
  nodes.forEach((node, index) => {
    const maybe = isTemplateFunction(node);
    for (const value of possibleValues(node)) {
      if (value.kind === 'object') statements.push(readStatement(value, { index, variables, fill, maybe }));
    }
  });
  return statements;
}

function stringOf(node: Node | undefined, fill: Fill | undefined) {
  return isString(node) ? textOf(node, fill) : undefined;
}
