import { isKmsWithoutPrefix } from '../aws/actions';
import { DOCUMENT_ELEMENTS } from '../aws/policy-grammar';
import { isStringNode, itemsOf, memberOf, type Member, type Node, type ObjectNode } from '../syntax/tree';
import { withCompletedArns } from './incomplete-arn';
import type { Policy, PolicyKind, Statement } from './policy';
import { classifyInIdentityFolder, classifyPolicy, intendedActionPatterns } from './policy-kind';
import { ALWAYS, type ConditionChoices, type Presence } from './presence';
import type { PlaceholderValues } from './policy-string';
import { policyStringOf, type PolicyReadContext } from './read-policy-string';
import { readStatement, type StatementInclusion } from './read-statement';
import { hasExpectedType, mayBeAnyType, recordDuplicates, recordFormOfKind, recordIfEmpty, recordUnknownElements,
  type MalformedElements } from './record-malformed';
import { branchesOf, decideConditions } from './condition-branches';
import { isMemberAddingFunction, isTemplateFunction, mayHaveMoreMembers } from './template-function';

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
  /** It is not certain that the policy is there, or who has it. */
  readonly isMaybe?: boolean | undefined;
  /** The conditions of a template under which it is there. */
  readonly presence?: Presence | undefined;
  /** The conditions of the template that it is in. */
  readonly choiceOf?: ConditionChoices | undefined;
}

/**
 * Reads a policy document into the model. Takes any object: what is missing or has the wrong type is recorded as malformed and not in the
 * model. Every part keeps its node, and with it its span.
 */
export function readPolicy(node: ObjectNode, options: PolicyReadOptions): Policy {
  const { placeholderValues } = options;
  const malformed: MalformedElements = [];
  const versionMember = memberOf(node, 'Version');
  const statementMember = memberOf(node, 'Statement');
  const version = readOptionalString(versionMember?.value, placeholderValues);
  const hasPolicyVariables = version !== undefined && (version.value === CURRENT_VERSION || version.placeholders.length > 0);
  const unknownParts = unknownPartsOf(node);
  const statements = readStatements([...itemsOf(statementMember?.value), ...unknownParts], options,
    { hasPolicyVariables, placeholderValues, malformed });
  if (version?.value !== CURRENT_VERSION && (versionMember || unknownParts.length === 0))
    malformed.push({ kind: 'version', member: versionMember });
  recordFormOfDocument(node, statementMember, statements, malformed);
  return policyOfKind({ node, isFragment: false, version, id: readOptionalString(memberOf(node, 'Id')?.value, placeholderValues),
    statementMember, statements, hasPolicyVariables, malformed }, options);
}

/** Of a document that a template fills in, or adds members to, what stands for statements of which nothing is known. */
function unknownPartsOf(node: ObjectNode): readonly ObjectNode[] {
  if (isTemplateFunction(node)) return [node];
  return mayHaveMoreMembers(node) ? [{ ...node, members: node.members.filter(({ key }) => isMemberAddingFunction(key.value)) }] : [];
}

/** The version of the policy language in which policy variables are replaced. */
const CURRENT_VERSION = '2012-10-17';

function recordFormOfDocument(node: ObjectNode, statementMember: Member | undefined, statements: readonly Statement[],
  malformed: MalformedElements): void {
  const isFinished = statements.every((statement) => statement.node.closed || statement.isSkeleton);
  const unknownMembers: Member[] = [];
  recordDuplicates(node, malformed);
  for (const member of node.members) {
    const { key, value } = member;
    if (key.value === 'Version' || key.value === 'Id') {
      if (value && !hasExpectedType(value, 'text'))
        malformed.push({ kind: 'wrong-type', node: value, expectedType: 'text', object: node, member });
    } else if (key.value !== 'Statement' && isFinished) unknownMembers.push(member);
  }
  recordUnknownElements(node, unknownMembers, DOCUMENT_ELEMENTS, malformed);
  if (!statementMember) return;
  if (statementMember.value?.kind === 'list') recordIfEmpty(node, statementMember, malformed);
  for (const item of itemsOf(statementMember.value)) {
    if (item.kind !== 'object' && !mayBeAnyType(item))
      malformed.push({ kind: 'wrong-type', node: item, expectedType: 'object', object: node, member: statementMember });
  }
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
  const malformed: MalformedElements = [{ kind: 'missing-document' }];
  const statements = readStatements(nodes, {}, { hasPolicyVariables: true, placeholderValues: options.placeholderValues, malformed });
  return policyOfKind({ node, isFragment: true, version: undefined, id: undefined, statementMember: undefined, statements,
    hasPolicyVariables: true, malformed }, options);
}

/** What the statements mean in the end depends on the kind of the policy. */
function policyOfKind(draft: PolicyDraft, options: PolicyReadOptions): Policy {
  const kind = options.declaredKind ?? guessPolicyKind(draft, options);
  const completed = (statements: readonly Statement[]): readonly Statement[] =>
    withCompletedArns(statements, draft.hasPolicyVariables).map((statement) => (
      statement.alternatives ? { ...statement, alternatives: completed(statement.alternatives) } : statement));
  const statements = kind === 'identity' ? completed(draft.statements) : draft.statements;
  const policy = { kind, ...draft, statements };
  recordFormOfKind(policy, draft.malformed);
  return policy;
}

type PolicyDraft = Omit<Policy, 'kind'> & { readonly malformed: MalformedElements };

function guessPolicyKind(draft: PolicyDraft, { expectedKind, pathKind }: PolicyKindHints): PolicyKind {
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
      || !isUnknownStatement(statement) && intendedActionPatterns(statement).some((pattern) =>
        pattern.service !== 'other' || pattern.text.placeholders.length > 0 || isKmsWithoutPrefix(pattern.text.value)
      )
      || resource?.patterns.some(({ form }) => form === 'key' || form === 'alias' || form === 'kms')
      || conditions.some((condition) => condition.keyLower.startsWith('kms:'));
  });
}

/** A template fills in the whole statement: what it is about is not known. */
function isUnknownStatement({ node }: Statement): boolean {
  return isTemplateFunction(node) || node.members.every(({ value }) => value === undefined);
}

function readStatements(nodes: readonly Node[], { isMaybe = false, presence = ALWAYS, choiceOf }: StatementOptions,
  context: PolicyReadContext): readonly Statement[] {
  return nodes.flatMap((node, index) => branchesOf(node, choiceOf).flatMap((branch) => {
    const statementNode = branch.node.kind === 'object' ? branch.node : statementOfPlaceholder(branch.node);
    if (!statementNode) return [];
    const inclusion = { isMaybe: isMaybe || branch.isUndecided, presence: [...presence, ...branch.presence] };
    const readDecided = (readNode: ObjectNode, readInclusion: StatementInclusion, readContext: PolicyReadContext): Statement =>
      readStatement(readNode, index + branch.position, readInclusion, readContext);
    const alternatives = choiceOf && decideConditions(statementNode, choiceOf).map((alternative) =>
      readDecided(alternative.node, { ...inclusion, presence: [...inclusion.presence, ...alternative.presence] },
        { ...context, malformed: [] }));
    const statement = readDecided(statementNode, inclusion, context);
    return alternatives && alternatives.length > 0 ? withAlternatives(statement, alternatives) : statement;
  }));
}

function withAlternatives(statement: Statement, alternatives: readonly Statement[]): Statement {
  const assumptions = new Set([statement, ...alternatives].flatMap((alternative) => alternative.assumptions ?? []));
  return { ...statement, alternatives, ...assumptions.size > 0 ? { assumptions: [...assumptions] } : {} };
}

type StatementOptions = Pick<PolicyReadOptions, 'isMaybe' | 'presence' | 'choiceOf'>;

/** What a template fills in in place of a statement: it may be one, none or several. */
function statementOfPlaceholder(node: Node): ObjectNode | undefined {
  if (node.kind !== 'scalar' || node.placeholders.length === 0) return undefined;
  return { kind: 'object', span: node.span, closed: true, members: [{ span: node.span, key: node, value: undefined }] };
}

function readOptionalString(node: Node | undefined, placeholderValues: PlaceholderValues | undefined) {
  return isStringNode(node) ? policyStringOf(node, placeholderValues) : undefined;
}
