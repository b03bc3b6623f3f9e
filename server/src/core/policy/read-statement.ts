import { ALL_ACTIONS, expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { parseOperator, type OperatorInfo } from '../aws/operators';
import { STATEMENT_ELEMENTS } from '../aws/policy-grammar';
import type { Member, Node, ObjectNode, ScalarNode } from '../syntax/tree';
import { splitAtColons } from '../text/template-expressions';
import { indexCandidates, type CandidateIndex } from './candidate-index';
import type { MalformedElement } from './policy';
import type { ActionElement, ActionPattern, Condition, PrincipalElement, ResourceElement, ResourceForm, ResourcePattern,
  Statement } from './policy';
import type { Presence } from './presence';
import type { PolicyString } from './policy-string';
import { arnOfPolicyString, isWithoutUnknownCharacters, maskPlaceholders, readText, readTexts,
  type PolicyReadContext } from './read-policy-string';
import { readPrincipal } from './read-principal';
import { hasExpectedType, recordDuplicates, recordIfEmpty, recordUnknownElements, type MalformedElements } from './record-malformed';
import { isMemberAddingFunction, isTemplateFunction, isTemplateFunctionName, mayHaveMoreMembers } from './template-function';
import { withUnknownElements } from './unknown-elements';

/**
 * Reads one statement. What has the wrong type or the wrong capitals is recorded and left out: it is a matter for findings, never for a
 * verdict. A later member of one name replaces an earlier, as JSON parsers have it.
 *
 * @param inclusion whether a template may leave the statement out
 */
export function readStatement(node: ObjectNode, index: number, inclusion: StatementInclusion, policyContext: PolicyReadContext): Statement {
  const skeletonValues = elementNamesAsValues(node);
  const isSkeleton = skeletonValues.length >= 2;
  const malformed = isSkeleton ? [] : policyContext.malformed;
  const context = isSkeleton ? { ...policyContext, malformed } : policyContext;
  recordDuplicates(node, malformed);
  let sid: PolicyString | undefined;
  let effect: PolicyString | undefined;
  let effectNode: Node | undefined;
  let conditionMember: Member | undefined;
  let conditions: readonly Condition[] = [];
  const unknownMembers: Member[] = [];
  const principal: ReadElement<PrincipalElement> = {};
  const action: ReadElement<ActionElement> = {};
  const resource: ReadElement<ResourceElement> = {};
  for (const member of withUnknownElements(node)) {
    const { key, value } = member;
    if (value?.kind === 'object') recordDuplicates(value, malformed);
    switch (key.value) {
      case 'Sid': sid = readText(node, member, context); break;
      case 'Effect': effectNode = value; effect = readText(node, member, context); break;
      case 'Principal': principal.plain = readPrincipal(node, member, false, context); break;
      case 'NotPrincipal': principal.negated = readPrincipal(node, member, true, context); break;
      case 'Action': action.plain = readAction(node, member, false, context); break;
      case 'NotAction': action.negated = readAction(node, member, true, context); break;
      case 'Resource': resource.plain = readResource(node, member, false, context); break;
      case 'NotResource': resource.negated = readResource(node, member, true, context); break;
      case 'Condition': conditionMember = member; conditions = readConditions(node, member, context); break;
      default: unknownMembers.push(member);
    }
  }
  recordUnknownElements(node, unknownMembers, STATEMENT_ELEMENTS, malformed);
  for (const { plain, negated } of [principal, action, resource]) {
    if (plain?.member.value && negated?.member.value)
      malformed.push({ kind: 'conflicting-elements', object: node, plain: plain.member, negated: negated.member });
  }
  if (isSkeleton)
    policyContext.malformed.push({ kind: 'skeleton', values: skeletonValues }, ...malformed.filter(({ kind }) => STRUCTURAL.has(kind)));
  const hasUnknownEffect = effect !== undefined && effect.placeholders.length > 0;
  const isMaybe = inclusion.isMaybe || hasUnknownEffect || mayHaveMoreMembers(node) || hasTemplateConditions(conditionMember);
  const assumptions = context.placeholderValues
    ? assumptionsOf([effect, ...textsOf(principal), ...textsOf(action), ...textsOf(resource),
      ...conditions.flatMap(({ values }) => values)])
    : [];
  return {
    ...assumptions.length > 0 ? { assumptions } : {},
    node, index, sid, effectNode, hasUnknownEffect, conditionMember, conditions, isSkeleton,
    effect: effect?.value === 'Allow' || effect?.value === 'Deny' ? effect.value : undefined,
    // Both forms together are a conflict, in which the plain one counts.
    principal: principal.plain ?? principal.negated,
    action: action.plain ?? action.negated,
    resource: resource.plain ?? resource.negated,
    isMaybe: isMaybe || inclusion.presence.length > 0,
    // What other reasons leave open no condition decides.
    ...!isMaybe && inclusion.presence.length > 0 ? { presence: inclusion.presence } : {},
  };
}

export type StatementInclusion = Pick<Statement, 'isMaybe'> & { readonly presence: Presence };

function assumptionsOf(policyStrings: readonly (PolicyString | undefined)[]): readonly string[] {
  return [...new Set(policyStrings.flatMap((policyString) => policyString?.assumptions ?? []))];
}

function textsOf({ plain, negated }: ReadElement<PrincipalElement | ActionElement | ResourceElement>): readonly PolicyString[] {
  const element = plain ?? negated;
  if (!element) return [];
  return 'principals' in element ? element.principals.map(({ text }) => text) : element.patterns.map(({ text }) => text);
}

/** An element of a statement in the forms in which it is there. */
interface ReadElement<Element> {
  plain?: Element;
  negated?: Element;
}

/** What is malformed in a statement whatever its values are. */
const STRUCTURAL: ReadonlySet<MalformedElement['kind']> = new Set(['duplicate-element', 'conflicting-elements']);

const ELEMENTS_OF_SKELETONS = new Set(['Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource']);

/** The values that are the name of their element (`Statement.isSkeleton`). */
function elementNamesAsValues({ members }: ObjectNode): readonly ScalarNode[] {
  const values: ScalarNode[] = [];
  for (const { key, value } of members) {
    // Comparing lengths first saves nearly all conversions to lower case.
    if (value?.kind !== 'scalar' || value.value.length !== key.value.length) continue;
    if (ELEMENTS_OF_SKELETONS.has(key.value) && value.value.toLowerCase() === key.value.toLowerCase()) values.push(value);
  }
  return values;
}

/** Whether a template fills in the whole block of conditions, or that of an operator. */
function hasTemplateConditions(member: Member | undefined): boolean {
  const value = member?.value;
  if (value?.kind === 'scalar') return value.placeholders.length > 0;
  return isTemplateFunction(value) || mayHaveMoreMembers(value)
    || value?.kind === 'object' && value.members.some((block) => isTemplateFunction(block.value) || mayHaveMoreMembers(block.value));
}

/** Reads `Action` or, `negated`, `NotAction` of a statement. */
export function readAction(statement: ObjectNode, member: Member, negated: boolean, context: PolicyReadContext): ActionElement {
  const patterns = readTexts(statement, member, 'texts', context).map(actionPatternOf);
  const covered = patterns.reduce<ActionSet>((set, pattern) => set | pattern.actionSet, NO_ACTIONS);
  // An empty list matches nothing, also behind NotAction (Access Analyzer policy checks, "Empty array action").
  const set = negated && patterns.length > 0 ? ALL_ACTIONS & ~covered : covered;
  return { negated, member, patterns, actionSet: set, hasPlaceholder: patterns.some((pattern) => pattern.text.placeholders.length > 0) };
}

function actionPatternOf(policyString: PolicyString): ActionPattern {
  const service = policyString.value === '*' ? 'any' : isKmsAction(maskPlaceholders(policyString)) ? 'kms' : 'other';
  return { text: policyString,
    actionSet: policyString.placeholders.length > 0 || service === 'other' ? NO_ACTIONS : expandAction(policyString.value), service };
}

function isKmsAction(masked: string): boolean {
  return masked.charCodeAt(3) === COLON && masked.slice(0, 3).toLowerCase() === 'kms';
}

const COLON = 58;

function readResource(statement: ObjectNode, member: Member, negated: boolean, context: PolicyReadContext): ResourceElement {
  const texts = readTexts(statement, member, 'texts', context);
  const patterns = texts.map((text) => resourcePatternOf(text, context.hasPolicyVariables));
  return { negated, member, patterns, patternIndex: indexByKeyId(patterns) };
}

export function indexByKeyId(patterns: readonly ResourcePattern[]): CandidateIndex | undefined {
  return indexCandidates(patterns, (pattern) => [keyIdOfPattern(pattern)]);
}

/** The id of the key that the pattern means, if it means any; undefined for a text that may be meant for other keys than it says. */
export function keyIdOfPattern({ text }: ResourcePattern): string | undefined {
  return text.placeholders.length > 0 ? undefined : SINGLE_KEY_ARN.exec(text.value)?.[1];
}

const SINGLE_KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/([0-9a-z-]+)$/;

/** Reads one value of `Resource` or `NotResource`. */
export function resourcePatternOf(policyString: PolicyString, variables: boolean): ResourcePattern {
  const masked = maskPlaceholders(policyString);
  const arn = arnOfPolicyString(policyString);
  return {
    text: policyString,
    form: arn && policyString.placeholders.length === 0 ? resourceFormOfArn(arn.service, arn.resource) : resourceFormOfText(masked),
    arn,
    isPattern: /[*?]/.test(masked) || variables && masked.includes('${'),
  };
}

/** Tells the form by the fields that are known; `masked` has unknown characters in place of holes. */
function resourceFormOfText(masked: string): ResourceForm {
  if (/^\*+$/.test(masked)) return 'any';
  const [arn = '', , service, , , ...rest] = splitAtColons(masked);
  if (arn !== 'arn') return isWithoutUnknownCharacters(masked) || /^[\w-]+\//.test(masked) ? 'not-arn' : 'unknown';
  if (service === undefined) return isWithoutUnknownCharacters(masked) ? 'not-arn' : 'unknown';
  return resourceFormOfArn(service, rest.join(':'));
}

function resourceFormOfArn(service: string, resource: string): ResourceForm {
  if (service !== 'kms') return isWithoutUnknownCharacters(service) ? 'other' : 'unknown';
  if (resource.startsWith('key/')) return 'key';
  return resource.startsWith('alias/') ? 'alias' : 'kms';
}

function readConditions(statement: ObjectNode, member: Member, context: PolicyReadContext): readonly Condition[] {
  const { value: node } = member;
  const { malformed } = context;
  if (node && !hasExpectedType(node, 'object'))
    malformed.push({ kind: 'wrong-type', node, expectedType: 'object', object: statement, member });
  if (node?.kind !== 'object') return [];
  for (const block of node.members) {
    if (block.value?.kind !== 'object') continue;
    recordDuplicates(block.value, malformed, true);
    recordIfEmpty(node, block, malformed);
  }
  if (isTemplateFunction(node)) return [];
  if (!mayHaveMoreMembers(node)) recordIfEmpty(statement, member, malformed);
  // Behind a key without a value a brace may be missing, and the other members belong elsewhere.
  const isFinished = node.closed && node.members.every(({ value }) => value !== undefined);
  if (isFinished) return node.members.flatMap((block) => readConditionBlock(node, block, context));
  const elements: MalformedElements = [];
  const conditions = node.members.flatMap((block) => readConditionBlock(node, block, { ...context, malformed: elements }));
  malformed.push(...elements.filter(({ kind }) => kind !== 'wrong-type'));
  return conditions;
}

/** Reads an operator with its keys. */
function readConditionBlock(object: ObjectNode, block: Member, context: PolicyReadContext): readonly Condition[] {
  const { key: operatorNode, value: node } = block;
  const { malformed } = context;
  const operator = parseOperator(operatorNode.value);
  if (!operator.info && operatorNode.placeholders.length === 0 && !isTemplateFunctionName(operatorNode.value))
    malformed.push({ kind: 'unknown-operator', object, member: block });
  if (node && !hasExpectedType(node, 'object')) malformed.push({ kind: 'wrong-type', node, expectedType: 'object', object, member: block });
  if (node?.kind !== 'object' || isTemplateFunction(node) || isMemberAddingFunction(operatorNode.value)) return [];
  return node.members.filter(({ key }) => !isMemberAddingFunction(key.value)).map((keyMember) => {
    const values = readTexts(node, keyMember, 'values', context);
    return {
      operatorNode,
      operator: operatorNode.value,
      operatorName: operator.info?.name,
      setOperator: operator.setOperator,
      ifExists: operator.ifExists,
      keyMember,
      key: keyMember.key.value,
      keyLower: keyMember.key.value.toLowerCase(),
      values,
      valueIndex: operator.info && indexLiteralValues(values, operator.info),
    };
  });
}

function indexLiteralValues(values: readonly PolicyString[], { family, name, wildcards }: OperatorInfo): CandidateIndex | undefined {
  if (family !== 'String' || name.endsWith('IgnoreCase')) return undefined;
  return indexCandidates(values, ({ value, placeholders }) =>
    [placeholders.length > 0 || value.includes('${') || wildcards && /[*?]/.test(value) ? undefined : value]);
}
