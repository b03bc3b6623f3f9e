import { joinNames } from '../access/text/describe-access';
import { actionsIn, ALL_ACTIONS, IAM_ONLY_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { isMultiRegionId } from '../aws/key-arn';
import type { VerdictGroup } from '../access/pair-verdicts';
import { locationInFile } from '../discovery/discovery-result';
import { joinWithAnd } from '../generate/action-patterns';
import { isRefusal } from '../generate/counterpart';
import { keyPolicyActionAdditions } from '../generate/key-policy-actions';
import { applyAdditions } from '../generate/statement-additions';
import type { ActionPattern, Statement } from '../policy/policy';
import type { RelatedLocation, Severity } from './shared/finding';
import { fixFiles, fixPolicy, type Fix } from './shared/fix';
import { actionsOfVerdictGroups, requestsOnly, verdictGroupsWithReasons, isSingleActionName, kmsActionPatterns, type KeyAccessRequest,
  accountsAttachingPolicy, isForKeyOnly, mayGrantToAccount } from './shared/key-access-requests';
import { usableOnOtherKeys, type UsableOnOtherKeys } from './shared/actions-usable-on-other-keys';
import { isCrossAccount, severityOfMissingPermission, linksOfIdentityAndKey } from './shared/external-grantees';
import { isCrossAccountAwsManagedKey } from './shared/aws-managed-keys';
import { isReportedAsNeverTrue } from './shared/unsatisfiable-conditions';
import { hasRegionFault } from './shared/region-conditions';
import { actionsOfIneffectiveStatements } from './shared/intended-access';
import { actionsApplicableUnderConditions } from './shared/kms-conditions';
import { removeAction } from './shared/action-fixes';
import type { Identity, Key } from '../linking/entities';
import type { FindingDraft, PairSubject, Rule } from './rule';
import { nameOfIdentity, nameOfKey, nameOfStatement, namesOfActions, summaryOfActions } from './shared/wording';

/**
 * The key policy is the ceiling: an identity policy can only hand on what the key policy allows this identity or its account.
 * Looks at all keys of an identity together, because a pattern in `Resource` may be meant for another one of them.
 */
export const actionNotAllowedByKeyPolicy: Rule = {
  code: 'action-not-allowed-by-key-policy',
  severity: 'error',
  summary: 'The IAM policy allows an action that the key policy does not allow this identity or account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  check: {
    *identity({ pairs }) {
      const elsewhere = actionsUsableElsewhere(pairs);
      for (const pair of pairs) yield* draftsOfPair(pair, elsewhere);
    },
  },
};

/** What was found about a pair, and what its statements gave elsewhere then. */
interface CachedPairDrafts {
  readonly requests: readonly { readonly ask: KeyAccessRequest; readonly elsewhere: ActionSet }[];
  readonly drafts: readonly FindingDraft[];
}

/** One key that changes leaves the findings on a hundred others behind the same pattern as they are. */
const draftsByPair = new WeakMap<PairSubject, CachedPairDrafts>();

function draftsOfPair(pair: PairSubject, usableOnOtherKeys: UsableOnOtherKeys): readonly FindingDraft[] {
  const known = draftsByPair.get(pair);
  if (known?.requests.every(({ ask: keyAccessRequest, elsewhere }) => elsewhere === usableOnOtherKeys(pair, keyAccessRequest.statement)))
    return known.drafts;
  const groups = relevantVerdictGroups(pair);
  const asked = groups.length === 0 ? [] : pair.requests.map((ask) => ({ ask, elsewhere: usableOnOtherKeys(pair, ask.statement) }));
  const findingDrafts = asked.flatMap(({ ask, elsewhere }) => [...draftsOfRequest(pair, elsewhere, ask, groups)]);
  draftsByPair.set(pair, { requests: asked, drafts: findingDrafts });
  return findingDrafts;
}

function relevantVerdictGroups(pair: PairSubject): readonly VerdictGroup[] {
  // A key policy of nobody knows which account says nothing about the keys that other policies name.
  if (pair.key.account === undefined || isCrossAccountAwsManagedKey(pair)) return [];
  return verdictGroupsWithReasons(pair.verdicts, ['key-policy-action', 'key-policy-condition']).filter((group) =>
    !isCausedByReportedCondition(group, pair)
  );
}

/** A finding stands at the condition in the key policy then: one cause, one finding. */
function isCausedByReportedCondition({ verdict, actions }: VerdictGroup, { key }: PairSubject): boolean {
  return verdict.failedConditions.some(({ statementRef: { gate, statement }, condition }) =>
    gate === 'key-policy' && (hasRegionFault(statement, key) || isReportedAsNeverTrue(condition, statement, actions))
  );
}

function* draftsOfRequest(pair: PairSubject, elsewhere: ActionSet, keyAccessRequest: KeyAccessRequest,
  groups: readonly VerdictGroup[]): Iterable<FindingDraft> {
  const asked = actionsOfVerdictGroups(groups) & KEY_ACTIONS & ~IAM_ONLY_ACTIONS & keyAccessRequest.actions
    & ~actionsOfIneffectiveStatements(pair.key, pair.identity);
  if (asked === NO_ACTIONS) return;
  const denied = keyAccessRequest.specificity === 'key' && keyAccessRequest.appliesForCertain && !isMultiRegionKey(pair)
    ? asked
    : asked & ~elsewhere;
  for (const pattern of kmsActionPatterns(keyAccessRequest.statement)) {
    const missing = pattern.actionSet & denied;
    if (missing === NO_ACTIONS) continue;
    const cause = groups.find((group) => (group.actions & missing) !== NO_ACTIONS);
    if (!cause) continue;
    const whole = isWholePatternMissing(pair, keyAccessRequest, pattern, missing);
    const certain = groups.every(({ verdict, actions }) => verdict.outcome === 'denied' || (actions & missing) === NO_ACTIONS);
    const severity = severityOfMissingPermission(pair.key.policy, whole && certain ? severityOf(keyAccessRequest) : 'info');
    yield {
      at: locationInFile(keyAccessRequest.policy, pattern.text.node.span),
      severity,
      unnecessary: severity === 'error' && cause.verdict.reason === 'key-policy-action' && isForKeyOnly(keyAccessRequest)
        && !accountsAttachingPolicy(keyAccessRequest.policy, pair.identity).some((account) =>
          mayGrantToAccount(pair.key, account, missing)
        ),
      message: messageOf(pair, { pattern, missingActions: missing, coversWholePattern: whole }, cause),
      related: relatedGrantStatements(pair, cause),
      dependsOnLinks: linksOfIdentityAndKey(pair.identity, pair.key),
      // What takes nothing but a useless permission away comes before what gives one.
      fixes:
        () => [...fixesInIdentityPolicy(pair, keyAccessRequest, { pattern, missingActions: missing, coversWholePattern: whole }),
          ...fixesInKeyPolicy(pair, keyAccessRequest, missing, cause)],
    };
  }
}

/** A multi-Region key is several keys of one id, each with a policy of its own. */
function isMultiRegionKey({ key }: PairSubject): boolean {
  return key.keyId !== undefined && isMultiRegionId(key.keyId);
}

/**
 * What other keys that the same statement reaches allow: the statement is of use there. For a key policy that could belong to
 * several keys these are the other key policies that could belong to the key: only what holds for all of them counts.
 */
function actionsUsableElsewhere(pairs: readonly PairSubject[]): UsableOnOtherKeys {
  const all = usableOnOtherKeys(pairs);
  const withKeyPolicy = usableOnOtherKeys(pairs, ({ key }) => key.policy !== undefined);
  return (pair, by) => (pair.key.arn === undefined ? withKeyPolicy : all)(pair, by);
}

/** A value of the IAM policy, with what of it the key policy does not allow. */
interface MissingPermission {
  readonly pattern: ActionPattern;
  readonly missingActions: ActionSet;
  readonly coversWholePattern: boolean;
}

/** Whether the key policy allows nothing that the value covers. Whoever writes `kms:*` does not mean the actions that are missing. */
function isWholePatternMissing({ verdicts }: PairSubject, keyAccessRequest: KeyAccessRequest, pattern: ActionPattern,
  missing: ActionSet): boolean {
  return pattern.actionSet !== ALL_ACTIONS
    && requestsOnly(pattern,
      missing | actionsOfVerdictGroups(verdictGroupsWithReasons(verdicts, ['not-cross-account'])) | ~keyAccessRequest.actions);
}

function severityOf(keyAccessRequest: KeyAccessRequest): Severity {
  if (keyAccessRequest.specificity === 'any' || !keyAccessRequest.appliesForCertain) return 'info';
  return keyAccessRequest.specificity === 'key' ? 'error' : 'warning';
}

function messageOf({ identity, key }: PairSubject, { pattern, missingActions, coversWholePattern }: MissingPermission,
  { verdict }: VerdictGroup): string {
  const asConsumer = isTreatedAsConsumer(identity, verdict, key);
  const who = asConsumer ? OTHER_ACCOUNTS : nameOfIdentity(identity);
  const what = isSingleActionName(pattern) ? namesOfActions(missingActions) : `all that "${pattern.text.value}" covers`;
  if (verdict.reason === 'key-policy-condition') {
    const failing = [...new Set(verdict.failedConditions.map(({ condition }) => condition.key))];
    return `The policy of ${nameOfKey(key)} allows ${namesOfActions(missingActions)} only if its condition on ${joinNames(failing)} is `
      + `met, which is never the case for ${who}: the request is denied.`;
  }
  const end = asConsumer || isCrossAccount(identity, key)
    ? 'across accounts both policies must allow a request'
    : 'the IAM policy alone is not enough';
  const home = asConsumer ? ` If this policy belongs to account ${key.account ?? ''} itself, attach it there: then other rules apply.` : '';
  if (isSingleActionName(pattern)) {
    return `The policy of ${nameOfKey(key)} does not allow ${who} ${what}, so the request is denied: `
      + `${end}.${grantNote(missingActions)}${home}`;
  }
  if (coversWholePattern) return `The policy of ${nameOfKey(key)} allows ${who} nothing that "${pattern.text.value}" covers, so these `
    + `requests are denied: ${end}.${grantNote(missingActions)}${home}`;
  return `The policy of ${nameOfKey(key)} does not allow ${who} ${what}: ${namesOfActions(missingActions)} `
    + `${isSingleAction(missingActions) ? 'has' : 'have'} no effect here.${grantNote(missingActions)}${home}`;
}

const OTHER_ACCOUNTS = 'other accounts';

/** A policy that nobody attached is judged as a consumer's: what counts is how the key policy lets other accounts in. */
function isTreatedAsConsumer(identity: Identity, { decidedBy }: VerdictGroup['verdict'], { account }: Key): boolean {
  return identity.account === undefined && decidedBy.some(({ gate, statement }) =>
    gate === 'key-policy'
    && statement.principal?.principals.some((principal) =>
        principal.account !== undefined && compareIdentifiers(principal.account, account) !== 'same'
      ) === true
  );
}

function isSingleAction(set: ActionSet): boolean {
  return (set & (set - 1n)) === NO_ACTIONS;
}

function grantNote(missing: ActionSet): string {
  return actionsIn(missing).some((action) => action.grantOperation) ? ' Only a grant could still allow it.' : '';
}

function relatedGrantStatements({ identity, key }: PairSubject, { verdict }: VerdictGroup): RelatedLocation[] {
  const who = isTreatedAsConsumer(identity, verdict, key) ? OTHER_ACCOUNTS : nameOfIdentity(identity);
  if (verdict.reason === 'key-policy-condition') {
    return verdict.failedConditions.map(({ statementRef: { policy, statement }, condition }) => ({
      at: locationInFile(policy, condition.keyMember.span),
      message: `Key policy: this condition of ${nameOfStatement(statement)} is never true for ${who}.`,
    }));
  }
  return verdict.decidedBy.filter(({ gate, statement }) => gate === 'key-policy' && statement.effect === 'Allow').map((
    { policy, statement },
  ) => ({
    at: locationInFile(policy, statement.action?.member.value?.span ?? statement.node.span),
    message: `Key policy: ${nameOfStatement(statement)} allows only `
      + `${summaryOfActions((statement.action?.actionSet ?? ALL_ACTIONS) & KEY_ACTIONS)} for ${who}.`,
  }));
}

/** For those whom a statement without a condition lets in already; for the identity alone where that statement names others besides. */
function fixesInKeyPolicy({ identity, key }: PairSubject, { statement: ask }: KeyAccessRequest, missing: ActionSet,
  { verdict }: VerdictGroup): Fix[] {
  const target = verdict.decidedBy.find(({ gate, statement }) =>
    gate === 'key-policy' && statement.effect === 'Allow'
    && statement.action?.negated === false && statement.conditions.length === 0
    && statement.principal?.principals.some((principal) => principal.form === 'anyone') === false);
  if (!target || verdict.reason !== 'key-policy-action') return [];
  const { policy, statement } = target;
  const principal = namesOtherPrincipals(statement, identity) ? identity.arn : undefined;
  const actions = actionsApplicableUnderConditions(missing, ask);
  if (actions === NO_ACTIONS) return [];
  const statementAdditions = keyPolicyActionAdditions({ policy, statement, principal, actions, requestingStatement: ask });
  const places = statementAdditions.map(({ extendedStatement, statement: { Action: action } }) => (
    `${typeof action === 'string' ? action : joinWithAnd(action as readonly string[])} `
    + (extendedStatement
        ? `to the key policy's ${nameOfStatement(extendedStatement).replace(/^the /, '')}`
        : 'to the key policy in a statement of its own')
  ));
  const additions = applyAdditions(policy, statementAdditions);
  if (isRefusal(additions)) return [];
  return [fixFiles(`Add ${places.join(', and ')}`, [additions.change], { confirm: isCrossAccount(identity, key) })];
}

/** Whether actions that are added to the statement would be given to somebody else, too. */
function namesOtherPrincipals({ principal }: Statement, { arn, account }: Identity): boolean {
  const principals = principal?.principals ?? [];
  return arn !== undefined && principals.length > 1
    && !principals.every(({ form, account: named, text: policyString }) =>
      compareIdentifiers(policyString.value, arn) === 'same' || form === 'account' && compareIdentifiers(named, account) === 'same'
    );
}

/**
 * Only where the statement is about this key alone, and attached in no other account that has the action: it would be taken from there too.
 */
function fixesInIdentityPolicy(pair: PairSubject, keyAccessRequest: KeyAccessRequest,
  { pattern, missingActions, coversWholePattern }: MissingPermission): Fix[] {
  const action = keyAccessRequest.statement.action;
  if (!action || keyAccessRequest.specificity !== 'key'
    || keyAccessRequest.resources.length !== keyAccessRequest.statement.resource?.patterns.length) return [];
  const [, ...others] = accountsAttachingPolicy(keyAccessRequest.policy, pair.identity);
  if (others.some((account) => mayGrantToAccount(pair.key, account, missingActions))) return [];
  if (coversWholePattern) return removeAction(keyAccessRequest.policy, keyAccessRequest.statement, pattern);
  const left = actionsIn(pattern.actionSet & ~missingActions & pair.usableActions);
  const [only] = left;
  if (left.length !== 1 || !only) return [];
  return [
    fixPolicy(`Replace ${pattern.text.value} with ${only.name}`, keyAccessRequest.policy, [{ edit: 'replace', node: pattern.text.node,
      value: only.name }]),
  ];
}
