import { mayCoverKey } from '../access/resource-matching';
import { actionNamed, CROSS_ACCOUNT_ACTIONS, NO_ACTIONS, actionsWhere, type ActionSet } from '../aws/actions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ResourceElement, Statement, Condition, ResourcePattern } from '../policy/policy';
import { hasSubstitutedPlaceholder } from '../policy/policy-string';
import type { TreeEdit } from '../syntax/tree-edit';
import type { Location } from '../text/span';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import type { Fix } from './shared/finding';
import { fixPolicy } from './shared/fix';
import { hasMisspelledElement, isKmsPolicy, isIncompleteStatement, hasOnlyKmsActions, locationOfStatement } from './shared/kms-statements';
import { externalGranteesOf, type ExternalGrantee } from './shared/external-grantees';
import { accountsOf, keysGrantedTo, MAX_CHOICES, keysWithArn, type KeyWithArn } from './shared/workspace-keys';
import { keyNameIndexOf, type KeyNameIndex, type KeyStatement } from './shared/key-names-of-identities';
import { statementsWithoutPlaceholders } from './shared/placeholder-statements';
import { requiresConditionValue } from './shared/kms-conditions';
import { mayMatchKms, resourceFault } from './shared/value-faults';
import type { FindingDraft, KeySubject, PolicySubject, RuleFor, RuleMeta, WorldSubject } from './rule';
import { nameOfIdentity, namesOfActions } from './shared/wording';

const META: RuleMeta = {
  code: 'missing-key-arn-resource',
  severity: 'error',
  summary: 'The identity policy does not name the key by its ARN',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html',
  fixable: true,
};

const KEY_RESOURCE_ACTIONS: ActionSet = actionsWhere((action) => action.resourceTypes.includes('key'));
/** Actions that show a key and do nothing with it. */
const READ_ONLY_ACTIONS: ActionSet = ['kms:DescribeKey', 'kms:GetKeyRotationStatus', 'kms:GetPublicKey', 'kms:ListGrants']
  .reduce((set, name) => set | (actionNamed(name)?.bit ?? NO_ACTIONS), NO_ACTIONS);

/** Across accounts the identity policy has to name the key by its full ARN: it names none at all, or every account's. */
export const missingKeyArnResource: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: META,
  *check(subject) {
    const { policy } = subject.policy;
    if (policy.kind !== 'identity' || !isKmsPolicy(policy)) return;
    for (const statement of statementsWithoutPlaceholders(policy)) {
      const actions = explicitKeyActions(statement);
      if (statement.effect !== 'Allow' || (actions & KEY_RESOURCE_ACTIONS) === NO_ACTIONS) continue;
      yield* draftsWithoutKey(subject, statement, actions);
      yield* draftsForEveryKey(subject, statement, actions);
    }
  },
};

/** What the statement's values spelled `kms:` cover. */
function explicitKeyActions({ action }: Statement): ActionSet {
  if (!action || action.negated) return NO_ACTIONS;
  return action.patterns.reduce((set, pattern) => (pattern.service === 'kms' ? set | pattern.actionSet : set), NO_ACTIONS);
}

function* draftsWithoutKey(subject: PolicySubject, statement: Statement, actions: ActionSet): Iterable<FindingDraft> {
  const { resource } = statement;
  const located = subject.policy;
  if (resource
    ? resource.negated || hasKmsOrUnknown(resource, statement)
    : isIncompleteStatement(statement) || hasMisspelledElement(statement, 'Resource')) return;
  const names = namesOfActions(actions & KEY_RESOURCE_ACTIONS);
  yield {
    at: locationOfResource(located, statement),
    message: resource
      ? `${names} ${effectVerb(actions)} on KMS keys, and no value of this Resource is a KMS ARN: `
        + 'the statement allows nothing on any key. Name the key by its full ARN.'
      : `This statement allows ${names} without a Resource, which IAM rejects. `
        + 'Name the key by its full ARN; a key of another account can be named in no other way.',
    fixes: (world) =>
      candidateKeys(world, subject).map((key, _, all) => (
        fixPolicy(`${namesOtherServices(statement) ? 'Use' : 'Add'} ${key.arn}`, located, [nameKeyEdit(statement, key.arn)], {
          preferred: all.length === 1,
        })
      )),
  };
}

function effectVerb(actions: ActionSet): string {
  return (actions & (actions - 1n)) === NO_ACTIONS ? 'works' : 'work';
}

/** A value with a fault of its own is said there, and may well be meant as a key. */
function hasKmsOrUnknown(resource: ResourceElement, statement: Statement): boolean {
  if (resource.member.value === undefined || resource.member.value.kind === 'list' && !resource.member.value.closed) return true;
  return resource.patterns.some((pattern) => mayMatchKms(pattern) || resourceFault(pattern, statement) !== undefined);
}

/** The whole element where none of its values is right, the statement where there is none. */
function locationOfResource(located: DiscoveredPolicy, statement: Statement): Location {
  const value = statement.resource?.member.value;
  return value ? locationInFile(located, value.span) : locationOfStatement(located, statement);
}

function* draftsForEveryKey(subject: PolicySubject, statement: Statement, actions: ActionSet): Iterable<FindingDraft> {
  const { resource } = statement;
  const located = subject.policy;
  const shared = actions & CROSS_ACCOUNT_ACTIONS;
  if (!resource || shared === NO_ACTIONS) return;
  const narrowed = narrowingCondition(statement);
  // Actions that work only in the own account do not count: no foreign key is reached by them.
  const mild = narrowed !== undefined || (shared & ~READ_ONLY_ACTIONS) === NO_ACTIONS;
  const how = narrowed
    ? ` The condition on ${narrowed.key} narrows it.`
    : ' Name the keys by their ARNs, or all keys of an account by arn:aws:kms:*:ACCOUNT:key/*.';
  if (resource.negated) {
    yield {
      at: locationInFile(located, resource.member.key.span), severity: mild ? 'hint' : 'warning',
      message: `NotResource covers all keys but those named, also keys of any other account whose key policies allow this one.${how}`,
    };
    return;
  }
  for (const pattern of resource.patterns) {
    if (!coversEveryAccount(pattern) || resourceFault(pattern, statement)) continue;
    yield {
      at: locationInFile(located, pattern.text.node.span),
      severity: mild || coversSingleKeyId(pattern) ? 'hint' : 'warning',
      message: `${JSON.stringify(pattern.text.value)} covers every key whose policy allows this identity, also keys of accounts that the `
        + `workspace does not know.${how}`,
      fixes: (world) => narrowingFixes(world, subject, statement, pattern.text.value),
    };
  }
}

/** The statement's own values are replaced only where they are about nothing else than keys. */
function narrowingFixes(world: World, subject: PolicySubject, statement: Statement, value: string): readonly Fix[] {
  const { policy: located, identities } = subject;
  const pattern = statement.resource?.patterns.find(({ text: policyString }) => policyString.value === value);
  const covered = statement.action?.actionSet ?? NO_ACTIONS;
  if (!pattern || hasSubstitutedPlaceholder(pattern.text) || !hasOnlyKmsActions(statement)
    || (covered & ~KEY_RESOURCE_ACTIONS) !== NO_ACTIONS) return [];
  const replace = (arn: string): TreeEdit => ({ edit: 'replace', node: pattern.text.node, value: arn });
  const keys = keysGrantedTo(world, identities).filter((key) => mayCoverKey(pattern, key));
  const fixes = keys.slice(0, MAX_CHOICES).map((key) =>
    fixPolicy(`Use ${key.arn}`, located, [replace(key.arn)], { preferred: keys.length === 1 })
  );
  const owners = new Set([...keys.flatMap((key) => key.account ?? []), ...accountsOf(identities)]);
  for (const owner of [...owners].slice(0, MAX_CHOICES)) {
    const partition = keys.find((key) => key.account === owner)?.partition ?? identities[0]?.partition ?? 'aws';
    fixes.push(fixPolicy(`Limit to the keys of account ${owner}`, located, [replace(`arn:${partition}:kms:*:${owner}:key/*`)]));
  }
  return fixes;
}

/** Keys whose policy lets this account in; else all that the workspace knows. */
function candidateKeys(world: World, { identities }: PolicySubject): ReturnType<typeof keysWithArn> {
  const open = keysGrantedTo(world, identities);
  return (open.length > 0 ? open : keysWithArn(world)).slice(0, MAX_CHOICES);
}

/** ARNs of other services in a statement for nothing but actions of KMS: they match nothing there, beside a key neither. */
function namesOtherServices(statement: Statement): boolean {
  return hasOnlyKmsActions(statement) && statement.resource?.patterns.some(({ form }) => form === 'other') === true;
}

function nameKeyEdit(statement: Statement, arn: string): TreeEdit {
  const value = statement.resource?.member.value;
  return value && namesOtherServices(statement) ? { edit: 'replace', node: value, value: arn } : addKeyEdit(statement, arn);
}

function addKeyEdit(statement: Statement, arn: string): TreeEdit {
  const { resource, action, node } = statement;
  if (resource) return { edit: 'append', member: resource.member, value: arn };
  return { edit: 'set-member', object: node, name: 'Resource', value: arn, after: action?.member.key.value ?? 'Action' };
}

/**
 * The last case of the rule: a key policy lets an account or identity in, which has statements for other keys, and none
 * covers this one. Said once for each, at the statement nearest to the key.
 */
export const missingKeyArnOfSharedKey: RuleFor<'world', WorldSubject> = {
  scope: 'world',
  meta: META,
  *check({ world, keySubjects }) {
    for (const subject of keySubjects) {
      const grantees = unusedGrantees(subject);
      if (grantees.length > 0) yield* missingStatementDrafts(subject.key, grantees, keyNameIndexOf(world));
    }
  },
};

function* missingStatementDrafts(key: Key, externalGrantees: readonly ExternalGrantee[], naming: KeyNameIndex): Iterable<FindingDraft> {
  for (const externalGrantee of externalGrantees) {
    const { identityArn, account } = externalGrantee;
    const named = identityArn === undefined ? naming.forAccount(account) : naming.forIdentity(identityArn);
    const nearest = named && !named.mayMeanKey(key) ? named.nearestStatement(key) : undefined;
    if (nearest) yield cachedMissingStatementDraft(key, externalGrantee, nearest);
  }
}

const NO_GRANTEES: readonly ExternalGrantee[] = [];

/** A keystroke makes few subjects new: the others are not looked at again. */
const unusedGranteesBySubject = new WeakMap<KeySubject, readonly ExternalGrantee[]>();

/** The openings to look up: most keys are met by everybody whom their policy lets in. */
function unusedGrantees(subject: KeySubject): readonly ExternalGrantee[] {
  const known = unusedGranteesBySubject.get(subject) ?? readUnusedGrantees(subject);
  unusedGranteesBySubject.set(subject, known);
  return known;
}

function readUnusedGrantees({ key, pairs }: KeySubject): readonly ExternalGrantee[] {
  const shared = crossAccountGrantees(key);
  if (shared.length === 0) return NO_GRANTEES;
  const consumers = pairs.filter(({ identity }) => identity.policies.length > 0);
  const isMet = (externalGrantee: ExternalGrantee): boolean =>
    consumers.some(({ identity, verdicts }) => (externalGrantee.identityArn === undefined
      ? identity.account === externalGrantee.account
      : identity.arn === externalGrantee.identityArn
        && verdicts.some(({ verdict }) => verdict.outcome === 'allowed' || verdict.outcome === 'conditional'))
    );
  return shared.filter((opening) => !isMet(opening));
}

/**
 * By which the key policy gives another account anything that works across accounts; none where the policy is not whole or the key has no
 * ARN.
 */
function crossAccountGrantees(key: Key): readonly ExternalGrantee[] {
  if (key.arn === undefined || !key.policy || key.policy.policy.isFragment) return [];
  return externalGranteesOf(key).filter(({ statement }) =>
    statement.action && (statement.action.actionSet & CROSS_ACCOUNT_ACTIONS) !== NO_ACTIONS
  );
}

/** What was said of an opening of this key, with the statement that it was said at. */
const missingStatementByGrantee = new WeakMap<ExternalGrantee, { readonly nearest: KeyStatement; readonly draft: FindingDraft }>();

/** The same draft as long as nothing that it speaks of changes. */
function cachedMissingStatementDraft(key: Key, externalGrantee: ExternalGrantee, nearest: KeyStatement): FindingDraft {
  const known = missingStatementByGrantee.get(externalGrantee);
  if (known?.nearest.statement === nearest.statement && known.nearest.identity === nearest.identity) return known.draft;
  const findingDraft = missingStatementDraft({ ...key, arn: key.arn ?? '' }, key.policy, externalGrantee, nearest);
  missingStatementByGrantee.set(externalGrantee, { nearest, draft: findingDraft });
  return findingDraft;
}

function missingStatementDraft(key: KeyWithArn, keyPolicy: DiscoveredPolicy | undefined,
  { identityArn, account, text: policyString }: ExternalGrantee, nearest: KeyStatement): FindingDraft {
  const value = nearest.statement.resource?.member.value;
  const who = identityArn === undefined ? `account ${account}` : nameOfIdentity(nearest.identity);
  return {
    at: value ? locationInFile(nearest.policy, value.span) : locationOfStatement(nearest.policy, nearest.statement),
    severity: 'info',
    message:
      `The key policy of ${key.arn} allows ${who}, but no policy of it in this workspace names this key: `
        + 'its half of the handshake is missing. Its statements are for other keys.',
    related: keyPolicy ? [{ at: locationInFile(keyPolicy, policyString.node.span), message: `Allows ${who}.` }] : [],
    dependsOnLinks: [...(key.link ? [key.link] : []), nearest.identity.link],
    fixes:
      () => [
        fixPolicy(`${namesOtherServices(nearest.statement) ? 'Use' : 'Add'} ${key.arn}`, nearest.policy, [
          nameKeyEdit(nearest.statement, key.arn),
        ]),
      ],
  };
}

/** Whether a `Resource` value covers keys of every account: `*`, or a KMS pattern with an open account. */
function coversEveryAccount(pattern: ResourcePattern): boolean {
  const { form, text: policyString, arn } = pattern;
  if (policyString.placeholders.length > 0) return false;
  if (form === 'any') return true;
  if (form !== 'key' && form !== 'kms') return false;
  // Fewer than six fields: the star at the end runs past the account.
  if (!arn) return true;
  return /^\?*\*[*?]*$|^\?{12}$/.test(arn.account);
}

/**
 * Whether the value writes out one key id, or takes it from a policy variable: with an open account it still covers no more than one key.
 */
function coversSingleKeyId(pattern: ResourcePattern): boolean {
  return pattern.form === 'key' && /^key\/[^*?]+$/.test(pattern.arn?.resource ?? '');
}

/** Condition keys that narrow which keys a wide `Resource` covers in the end (docs/rules/missing-key-arn-resource.md). */
const NARROWING_CONDITION_KEY =
  /^(aws:resourceaccount|aws:resourceorgid|aws:resourceorgpaths|kms:viaservice|aws:resourcetag\/.*|kms:resourcealiases|kms:requestalias|kms:calleraccount)$/;

function narrowingCondition(statement: Statement): Condition | undefined {
  return statement.conditions.find((condition) =>
    NARROWING_CONDITION_KEY.test(condition.keyLower) && (requiresConditionValue(condition) || requiresPresence(condition))
  );
}

/** `"Null": {"aws:ResourceTag/Project": "false"}`: the key must have the tag. */
function requiresPresence(condition: Condition): boolean {
  return condition.operatorName === 'Null' && condition.values.length > 0
    && condition.values.every(({ value }) => value.toLowerCase() === 'false');
}
