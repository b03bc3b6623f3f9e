import { reachesKey } from '../access/match-resource';
import { actionNamed, CROSS_ACCOUNT_ACTIONS, NO_ACTIONS, setWhere, type ActionSet } from '../aws/actions';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { ResourceElement, Statement } from '../model/policy';
import { isFilled } from '../model/text';
import type { TreeEdit } from '../parse/edit';
import type { Location } from '../text/span';
import type { Key, World } from '../workspace/world';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { hasMisspelled } from './judgements/elements';
import { openingsOf, type Opening } from './judgements/key-halves';
import { accountsOf, keysOpenTo, MAX_CHOICES, namedKeys, type NamedKey } from './judgements/known-keys';
import { keyNaming, type KeyNaming, type KeyStatement } from './judgements/other-keys';
import { realStatements } from './judgements/skeleton';
import { isJudged, isUnfinished, onlyKmsActions, placeOfStatement } from './judgements/statements';
import { reachesKms, resourceFault } from './judgements/values';
import { coversEveryAccount, namesOneKey, narrowingCondition } from './judgements/wide-resources';
import type { Draft, KeySubject, PolicySubject, RuleFor, RuleMeta, WorldSubject } from './rule';
import { nameOfIdentity, namesOfActions } from './wording';

const META: RuleMeta = {
  code: 'missing-key-arn-resource',
  severity: 'error',
  summary: 'The identity policy does not name the key by its ARN',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html',
  fixable: true,
};

const ON_KEYS: ActionSet = setWhere((action) => action.resourceTypes.includes('key'));
/** Actions that show a key and do nothing with it. */
const LOOKING: ActionSet = ['kms:DescribeKey', 'kms:GetKeyRotationStatus', 'kms:GetPublicKey', 'kms:ListGrants']
  .reduce((set, name) => set | (actionNamed(name)?.bit ?? NO_ACTIONS), NO_ACTIONS);

/** Across accounts the identity policy has to name the key by its full ARN: it names none at all, or every account's. */
export const missingKeyArnResource: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: META,
  *check(subject) {
    const { policy } = subject.policy;
    if (policy.kind !== 'identity' || !isJudged(policy)) return;
    for (const statement of realStatements(policy)) {
      const actions = namedActions(statement);
      if (statement.effect !== 'Allow' || (actions & ON_KEYS) === NO_ACTIONS) continue;
      yield* namesNoKey(subject, statement, actions);
      yield* namesEveryKey(subject, statement, actions);
    }
  },
};

/** What the statement's values spelled `kms:` cover. */
function namedActions({ action }: Statement): ActionSet {
  if (!action || action.negated) return NO_ACTIONS;
  return action.patterns.reduce((set, pattern) => (pattern.service === 'kms' ? set | pattern.set : set), NO_ACTIONS);
}

function* namesNoKey(subject: PolicySubject, statement: Statement, actions: ActionSet): Iterable<Draft> {
  const { resource } = statement;
  const located = subject.policy;
  if (resource ? resource.negated || hasKmsOrUnknown(resource, statement) : isUnfinished(statement) || hasMisspelled(statement, 'Resource')) return;
  const names = namesOfActions(actions & ON_KEYS);
  yield {
    at: placeOfResource(located, statement),
    message: resource
      ? `${names} ${verb(actions)} on KMS keys, and no value of this Resource is a KMS ARN: the statement allows nothing on any key. Name the key by its full ARN.`
      : `This statement allows ${names} without a Resource, which IAM rejects. Name the key by its full ARN; a key of another account can be named in no other way.`,
    fixes: (world) => keysFor(world, subject).map((key, _, all) => (
      fixPolicy(`${namesOtherServices(statement) ? 'Use' : 'Add'} ${key.arn}`, located, [nameKey(statement, key.arn)], { preferred: all.length === 1 })
    )),
  };
}

function verb(actions: ActionSet): string {
  return (actions & (actions - 1n)) === NO_ACTIONS ? 'works' : 'work';
}

/** A value with a fault of its own is said there, and may well be meant as a key. */
function hasKmsOrUnknown(resource: ResourceElement, statement: Statement): boolean {
  if (resource.member.value === undefined || resource.member.value.kind === 'list' && !resource.member.value.closed) return true;
  return resource.patterns.some((pattern) => reachesKms(pattern) || resourceFault(pattern, statement) !== undefined);
}

/** The whole element where none of its values is right, the statement where there is none. */
function placeOfResource(located: LocatedPolicy, statement: Statement): Location {
  const value = statement.resource?.member.value;
  return value ? placeOf(located, value.span) : placeOfStatement(located, statement);
}

function* namesEveryKey(subject: PolicySubject, statement: Statement, actions: ActionSet): Iterable<Draft> {
  const { resource } = statement;
  const located = subject.policy;
  const shared = actions & CROSS_ACCOUNT_ACTIONS;
  if (!resource || shared === NO_ACTIONS) return;
  const narrowed = narrowingCondition(statement);
  // Actions that work only in the own account do not count: no foreign key is reached by them.
  const mild = narrowed !== undefined || (shared & ~LOOKING) === NO_ACTIONS;
  const how = narrowed
    ? ` The condition on ${narrowed.key} narrows it.`
    : ' Name the keys by their ARNs, or all keys of an account by arn:aws:kms:*:ACCOUNT:key/*.';
  if (resource.negated) {
    yield {
      at: placeOf(located, resource.member.key.span), severity: mild ? 'hint' : 'warning',
      message: `NotResource covers all keys but those named, also keys of any other account whose key policies allow this one.${how}`,
    };
    return;
  }
  for (const pattern of resource.patterns) {
    if (!coversEveryAccount(pattern) || resourceFault(pattern, statement)) continue;
    yield {
      at: placeOf(located, pattern.text.node.span),
      severity: mild || namesOneKey(pattern) ? 'hint' : 'warning',
      message: `${JSON.stringify(pattern.text.value)} covers every key whose policy allows this identity, also keys of accounts that the workspace does not know.${how}`,
      fixes: (world) => narrowingFixes(world, subject, statement, pattern.text.value),
    };
  }
}

/** The statement's own values are replaced only where they are about nothing else than keys. */
function narrowingFixes(world: World, subject: PolicySubject, statement: Statement, value: string): readonly Fix[] {
  const { policy: located, identities } = subject;
  const pattern = statement.resource?.patterns.find(({ text }) => text.value === value);
  const covered = statement.action?.set ?? NO_ACTIONS;
  if (!pattern || isFilled(pattern.text) || !onlyKmsActions(statement) || (covered & ~ON_KEYS) !== NO_ACTIONS) return [];
  const replace = (arn: string): TreeEdit => ({ edit: 'replace', node: pattern.text.node, value: arn });
  const keys = keysOpenTo(world, identities).filter((key) => reachesKey(pattern, key));
  const fixes = keys.slice(0, MAX_CHOICES).map((key) => fixPolicy(`Use ${key.arn}`, located, [replace(key.arn)], { preferred: keys.length === 1 }));
  const owners = new Set([...keys.flatMap((key) => key.account ?? []), ...accountsOf(identities)]);
  for (const owner of [...owners].slice(0, MAX_CHOICES)) {
    const partition = keys.find((key) => key.account === owner)?.partition ?? identities[0]?.partition ?? 'aws';
    fixes.push(fixPolicy(`Limit to the keys of account ${owner}`, located, [replace(`arn:${partition}:kms:*:${owner}:key/*`)]));
  }
  return fixes;
}

/** Keys whose policy lets this account in; else all that the workspace knows. */
function keysFor(world: World, { identities }: PolicySubject): ReturnType<typeof namedKeys> {
  const open = keysOpenTo(world, identities);
  return (open.length > 0 ? open : namedKeys(world)).slice(0, MAX_CHOICES);
}

/** ARNs of other services in a statement for nothing but actions of KMS: they match nothing there, beside a key neither. */
function namesOtherServices(statement: Statement): boolean {
  return onlyKmsActions(statement) && statement.resource?.patterns.some(({ form }) => form === 'other') === true;
}

function nameKey(statement: Statement, arn: string): TreeEdit {
  const value = statement.resource?.member.value;
  return value && namesOtherServices(statement) ? { edit: 'replace', node: value, value: arn } : addKey(statement, arn);
}

function addKey(statement: Statement, arn: string): TreeEdit {
  const { resource, action, node } = statement;
  if (resource) return { edit: 'append', member: resource.member, value: arn };
  return { edit: 'set-member', object: node, name: 'Resource', value: arn, after: action?.member.key.value ?? 'Action' };
}

/**
 * The last case of the rule: a key policy lets an account or identity in, which has statements for other keys, and none
 * covers this one. Said once for each, at the statement nearest to the key.
 */
export const missingKeyArnOfOpenKey: RuleFor<'world', WorldSubject> = {
  scope: 'world',
  meta: META,
  *check({ world, keys }) {
    const naming = keyNaming(world);
    for (const subject of keys.filter((one) => unmetOpenings(one).length > 0)) yield* lacksOf(subject.key, unmetOpenings(subject), naming);
  },
};

function* lacksOf(key: Key, openings: readonly Opening[], naming: KeyNaming): Iterable<Draft> {
  for (const opening of openings) {
    const { identity, account } = opening;
    const named = identity === undefined ? naming.ofAccount(account) : naming.ofIdentity(identity);
    const nearest = named && !named.mayMean(key) ? named.nearest(key) : undefined;
    if (nearest) yield keptLack(key, opening, nearest);
  }
}

const NO_OPENINGS: readonly Opening[] = [];

/** A keystroke makes few subjects new: the others are not looked at again. */
const unmet = new WeakMap<KeySubject, readonly Opening[]>();

/** The openings to look up: most keys are met by everybody whom their policy lets in. */
function unmetOpenings(subject: KeySubject): readonly Opening[] {
  const known = unmet.get(subject) ?? readUnmet(subject);
  unmet.set(subject, known);
  return known;
}

function readUnmet({ key, pairs }: KeySubject): readonly Opening[] {
  const shared = sharedOpenings(key);
  if (shared.length === 0) return NO_OPENINGS;
  const consumers = pairs.filter(({ identity }) => identity.policies.length > 0);
  const isMet = (opening: Opening): boolean => consumers.some(({ identity, verdicts }) => (opening.identity === undefined
    ? identity.account === opening.account
    : identity.arn === opening.identity && verdicts.some(({ verdict }) => verdict.outcome === 'allowed' || verdict.outcome === 'conditional')));
  return shared.filter((opening) => !isMet(opening));
}

/** By which the key policy gives another account anything that works across accounts; none where the policy is not whole or the key has no ARN. */
function sharedOpenings(key: Key): readonly Opening[] {
  if (key.arn === undefined || !key.policy || key.policy.policy.fragment) return [];
  return openingsOf(key).filter(({ statement }) => statement.action && (statement.action.set & CROSS_ACCOUNT_ACTIONS) !== NO_ACTIONS);
}

/** What was said of an opening of this key, with the statement that it was said at. */
const lacks = new WeakMap<Opening, { readonly nearest: KeyStatement; readonly draft: Draft }>();

/** The same draft as long as nothing that it speaks of changes. */
function keptLack(key: Key, opening: Opening, nearest: KeyStatement): Draft {
  const known = lacks.get(opening);
  if (known?.nearest.statement === nearest.statement && known.nearest.identity === nearest.identity) return known.draft;
  const draft = lackOf({ ...key, arn: key.arn ?? '' }, key.policy, opening, nearest);
  lacks.set(opening, { nearest, draft });
  return draft;
}

function lackOf(key: NamedKey, keyPolicy: LocatedPolicy | undefined, { identity, account, text }: Opening, nearest: KeyStatement): Draft {
  const value = nearest.statement.resource?.member.value;
  const who = identity === undefined ? `account ${account}` : nameOfIdentity(nearest.identity);
  return {
    at: value ? placeOf(nearest.policy, value.span) : placeOfStatement(nearest.policy, nearest.statement),
    severity: 'info',
    message: `The key policy of ${key.arn} allows ${who}, but no policy of it in this workspace names this key: its half of the handshake is missing. Its statements are for other keys.`,
    related: keyPolicy ? [{ at: placeOf(keyPolicy, text.node.span), message: `Allows ${who}.` }] : [],
    rests: [...(key.link ? [key.link] : []), nearest.identity.link],
    fixes: () => [fixPolicy(`${namesOtherServices(nearest.statement) ? 'Use' : 'Add'} ${key.arn}`, nearest.policy, [nameKey(nearest.statement, key.arn)])],
  };
}
