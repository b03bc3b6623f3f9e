import { matchResource } from '../access/match-resource';
import { actionNamed, CROSS_ACCOUNT_ACTIONS, NO_ACTIONS, setWhere, type ActionSet } from '../aws/actions';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { ResourceElement, Statement } from '../model/policy';
import type { TreeEdit } from '../parse/edit';
import type { Location } from '../text/span';
import type { Identity, Key, World } from '../workspace/world';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { accountsOf, keysOpenTo, MAX_CHOICES, namedKeys } from './judgements/known-keys';
import { realStatements } from './judgements/skeleton';
import { isJudged, isUnfinished, namesKmsActions, onlyKmsActions, placeOfStatement } from './judgements/statements';
import { reachesKms, resourceFault } from './judgements/values';
import { coversEveryAccount, namesOneKey, narrowingCondition } from './judgements/wide-resources';
import type { Draft, KeySubject, PolicySubject, RuleFor, RuleMeta } from './rule';
import { namesOfActions } from './wording';

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
  if (resource ? resource.negated || hasKmsOrUnknown(resource, statement) : isUnfinished(statement)) return;
  const names = namesOfActions(actions & ON_KEYS);
  yield {
    at: placeOfResource(located, statement),
    message: resource
      ? `${names} ${verb(actions)} on KMS keys, and no value of this Resource is a KMS ARN: the statement allows nothing on any key. Name the key by its full ARN.`
      : `This statement allows ${names} without a Resource, which IAM rejects. Name the key by its full ARN; a key of another account can be named in no other way.`,
    fixes: (world) => keysFor(world, subject).map((key, _, all) => (
      fixPolicy(`Add ${key.arn}`, located, [addKey(statement, key.arn)], { preferred: all.length === 1 })
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
  const mild = narrowed !== undefined || (actions & ~LOOKING) === NO_ACTIONS;
  const how = narrowed
    ? ` The condition on ${narrowed.key} narrows it.`
    : ' Name the keys by their ARNs, or all keys of an account by arn:aws:kms:*:ACCOUNT:key/*.';
  if (resource.negated) {
    yield {
      at: placeOf(located, resource.member.key.span), severity: mild ? 'hint' : 'warning',
      message: `NotResource covers all keys but those named, also keys of any other account that lets this one in.${how}`,
    };
    return;
  }
  for (const pattern of resource.patterns) {
    if (!coversEveryAccount(pattern) || resourceFault(pattern, statement)) continue;
    yield {
      at: placeOf(located, pattern.text.node.span),
      severity: mild || namesOneKey(pattern) ? 'hint' : 'warning',
      message: `${JSON.stringify(pattern.text.value)} covers every key that lets this identity in, also keys of accounts that nobody here has heard of.${how}`,
      fixes: (world) => narrowingFixes(world, subject, statement, pattern.text.value),
    };
  }
}

/** The statement's own values are replaced only where they are about nothing else than keys. */
function narrowingFixes(world: World, subject: PolicySubject, statement: Statement, value: string): readonly Fix[] {
  const { policy: located, identities } = subject;
  const pattern = statement.resource?.patterns.find(({ text }) => text.value === value);
  const covered = statement.action?.set ?? NO_ACTIONS;
  if (!pattern || pattern.text.node.value !== value || !onlyKmsActions(statement) || (covered & ~ON_KEYS) !== NO_ACTIONS) return [];
  const replace = (arn: string): TreeEdit => ({ edit: 'replace', node: pattern.text.node, value: arn });
  const keys = keysOpenTo(world, identities).filter((key) => matchResource(pattern, key, () => undefined) !== 'no');
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

function addKey(statement: Statement, arn: string): TreeEdit {
  const { resource, action, node } = statement;
  if (resource) return { edit: 'append', member: resource.member, value: arn };
  return { edit: 'set-member', object: node, name: 'Resource', value: arn, after: action?.member.key.value ?? 'Action' };
}

/**
 * The last case of the rule: a key policy lets an account in, the account's identities have statements for other keys, and
 * none covers this one. Said once for an account, at the statement nearest to the key.
 */
export const missingKeyArnOfOpenKey: RuleFor<'key', KeySubject> = {
  scope: 'key',
  meta: META,
  *check({ key, pairs }) {
    if (key.arn === undefined || key.policy === undefined || key.policy.policy.fragment) return;
    const byAccount = new Map<string, Identity[]>();
    for (const { identity, verdicts } of pairs) {
      const { account } = identity;
      if (account === undefined || account === key.account) continue;
      // Only those that the key policy lets in and that lack nothing but their own half.
      const lacking = verdicts.some(({ verdict }) => verdict.reason === 'identity-policy-missing');
      if (lacking) byAccount.set(account, [...byAccount.get(account) ?? [], identity]);
    }
    for (const identities of byAccount.values()) yield* nearestStatement(key, identities);
  },
};

interface Near {
  readonly identity: Identity;
  readonly policy: LocatedPolicy;
  readonly statement: Statement;
  readonly nearness: number;
}

function* nearestStatement(key: Key, identities: readonly Identity[]): Iterable<Draft> {
  const candidates = identities.flatMap((identity) => identity.policies.flatMap((policy) => (
    policy.policy.statements
      .filter((statement) => statement.effect === 'Allow' && namesKmsActions(statement) && (namedActions(statement) & ON_KEYS) !== NO_ACTIONS)
      .map((statement): Near => ({ identity, policy, statement, nearness: nearness(statement, key) }))
  )));
  // Whoever reaches the key, or names its id in another place, has another trouble or none.
  if (candidates.some(({ statement }) => mayMean(statement, key))) return;
  const [first, ...others] = candidates;
  if (!first) return;
  const nearest = others.reduce((best, one) => (one.nearness > best.nearness ? one : best), first);
  const value = nearest.statement.resource?.member.value;
  yield {
    at: value ? placeOf(nearest.policy, value.span) : placeOfStatement(nearest.policy, nearest.statement),
    severity: 'info',
    message: `The key policy of ${key.arn ?? 'this key'} lets account ${nearest.identity.account ?? ''} in, but no policy of that account here names the key, so its half is missing. These statements are for other keys.`,
    related: key.policy ? [{ at: placeOf(key.policy, key.policy.policy.node.members[0]?.key.span ?? key.policy.policy.node.span), message: 'The key policy that lets the account in.' }] : [],
    rests: [...(key.link ? [key.link] : []), nearest.identity.link],
    fixes: () => (key.arn === undefined ? [] : [fixPolicy(`Add ${key.arn}`, nearest.policy, [addKey(nearest.statement, key.arn)])]),
  };
}

function mayMean(statement: Statement, key: Key): boolean {
  const { resource } = statement;
  if (!resource || resource.negated || resource.patterns.length === 0) return true;
  return resource.patterns.some((pattern) => matchResource(pattern, key, () => undefined) !== 'no' || resourceFault(pattern, statement) !== undefined
    || key.keyId !== undefined && pattern.text.value.includes(key.keyId));
}

/** How much of the key's place a statement's ARNs share: account before Region. */
function nearness(statement: Statement, key: Key): number {
  const scores = (statement.resource?.patterns ?? []).map(({ arn }) => (arn?.account === key.account ? 2 : 0) + (arn?.region === key.region ? 1 : 0));
  return Math.max(0, ...scores);
}
