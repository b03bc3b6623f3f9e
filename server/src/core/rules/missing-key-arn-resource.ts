import { mayCoverKey } from '../access/resource-matching';
import { CROSS_ACCOUNT_ACTIONS, NO_ACTIONS, actionSetOf, KEY_RESOURCE_ACTIONS, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { isCdkOutput } from '../discovery/cloudformation/cdk-output';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement, Condition, ResourcePattern } from '../policy/policy';
import { hasSubstitutedPlaceholder } from '../policy/policy-string';
import { misspelledElement } from '../policy/misspelled-elements';
import type { TreeEdit } from '../syntax/tree-edit';
import type { Location } from '../text/span';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { explicitKmsActions } from '../generate/statement-permissions';
import { fixPolicy, type FixOptions, type Fix } from './shared/fix';
import { isKmsPolicy, isIncompleteStatement, hasOnlyKmsActions, locationOfStatement } from './shared/kms-statements';
import { externalGranteesOf, type ExternalGrantee } from './shared/external-grantees';
import { accountsOf, keysGrantedTo, MAX_CHOICES, keysWithArn, type KeyWithArn } from './shared/workspace-keys';
import { hasNoKmsResource } from './shared/intended-access';
import { createKeyNamesLookup, type KeyStatement } from './shared/key-names-of-identities';
import { requiresConditionValue } from './shared/kms-conditions';
import { resourceFault } from './shared/value-faults';
import type { FindingDraft, KeySubject, PolicySubject, Rule } from './rule';
import { nameOfIdentity, nameOfKey, nameOfKeyPolicy, namesOfActions, subjectNameOfIdentity } from './shared/wording';

/** Actions that describe a key but do not use it. */
const READ_ONLY_ACTIONS = actionSetOf(['kms:DescribeKey', 'kms:GetKeyRotationStatus', 'kms:GetPublicKey', 'kms:ListGrants']);

export const missingKeyArnResource: Rule = {
  code: 'missing-key-arn-resource',
  severity: 'error',
  summary: 'The identity policy does not name the key by its ARN',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html',
  check: {
    *anyPolicy(subject) {
      const { policy } = subject.policy;
      if (policy.kind !== 'identity' || !isKmsPolicy(policy)) return;
      for (const statement of policy.statements) {
        const actions = explicitKmsActions(statement);
        if (statement.effect !== 'Allow' || statement.isSkeleton || (actions & KEY_RESOURCE_ACTIONS) === NO_ACTIONS) continue;
        yield* draftsWithoutKey(subject, statement, actions);
        yield* draftsForEveryKey(subject, statement, actions);
      }
    },
    /**
     * A key policy that allows an account or identity which has statements for other keys only. One finding for each, at the statement that
     * has most in common with the key.
     */
    *world({ world, keySubjects }) {
      for (const subject of keySubjects) {
        const grantees = world.memoize(unusedGrantees, subject);
        if (grantees.length > 0) yield* missingStatementDrafts(subject.key, grantees, world);
      }
    },
  },
};

function* draftsWithoutKey(subject: PolicySubject, statement: Statement, actions: ActionSet): Iterable<FindingDraft> {
  const { resource } = statement;
  if (resource
    ? !hasNoKmsResource(statement)
    : isIncompleteStatement(statement) || misspelledElement(statement.node, 'Resource')) return;
  const names = namesOfActions(actions & KEY_RESOURCE_ACTIONS);
  yield {
    at: locationOfResource(subject.policy, statement),
    message: resource
      ? `No value of this Resource is a KMS ARN, so the statement does not allow ${names} on any key. Name the key by its full ARN.`
      : `This statement has no Resource, and IAM rejects the policy: it allows ${names}. `
        + 'Name the key by its full ARN; a key of another account can be named in no other way.',
    fixes: (world) => candidateKeys(world, subject)
      .map(({ arn }, _, keys) => nameKeyFix(subject.policy, statement, arn, { preferred: keys.length === 1 })),
  };
}

/** The whole element, or the statement where it has none. */
function locationOfResource(located: DiscoveredPolicy, statement: Statement): Location {
  const value = statement.resource?.member.value;
  return value ? locationInFile(located, value.span) : locationOfStatement(located, statement);
}

function* draftsForEveryKey(subject: PolicySubject, statement: Statement, actions: ActionSet): Iterable<FindingDraft> {
  const { resource } = statement;
  const located = subject.policy;
  // Other actions do not work on the keys of other accounts.
  const crossAccountActions = actions & CROSS_ACCOUNT_ACTIONS;
  if (!resource || crossAccountActions === NO_ACTIONS) return;
  const condition = statement.conditions.find(narrowsKeys);
  const isHint = condition !== undefined || (crossAccountActions & ~READ_ONLY_ACTIONS) === NO_ACTIONS;
  const advice = condition
    ? ` The condition on ${condition.key} narrows it.`
    : ' Name the keys by their ARNs, or all keys of an account by arn:aws:kms:*:ACCOUNT:key/*.';
  if (resource.negated) {
    yield {
      at: locationInFile(located, resource.member.key.span), severity: isHint ? 'hint' : 'warning',
      message: `NotResource covers keys of every account whose key policies allow this one, all but those named.${advice}`,
    };
    return;
  }
  for (const pattern of resource.patterns) {
    if (!coversEveryAccount(pattern) || resourceFault(pattern, statement)) continue;
    const isOfCdk = pattern.text.value === '*' && isCdkOutput({ uri: located.uri, text: located.template?.file.layer.text ?? '' });
    yield {
      at: locationInFile(located, pattern.text.node.span),
      severity: isHint || isOfCdk || coversSingleKeyId(pattern) ? 'hint' : 'warning',
      message: `${pattern.text.value === '*' ? '"*"' : 'This value'} covers keys of every account whose key policies allow this identity, `
        + `including keys of accounts outside this workspace.${isOfCdk ? CDK_ADVICE : advice}`,
      fixes: (world) => narrowingFixes(world, subject, statement, pattern.text.value),
    };
  }
}

/** docs.aws.amazon.com/cdk/api/v2, class Key: grants to another account or Region. */
const CDK_ADVICE = ' The CDK writes "*" where the name of the key is not known yet: for a key of another account or Region.';

/** Only where all actions of the statement are about keys. */
function narrowingFixes(world: World, subject: PolicySubject, statement: Statement, value: string): readonly Fix[] {
  const { policy: located, identities } = subject;
  const pattern = statement.resource?.patterns.find(({ text }) => text.value === value);
  const covered = statement.action?.actionSet ?? NO_ACTIONS;
  if (!pattern || hasSubstitutedPlaceholder(pattern.text) || !hasOnlyKmsActions(statement)
    || (covered & ~KEY_RESOURCE_ACTIONS) !== NO_ACTIONS) return [];
  const replace = (arn: string): TreeEdit => ({ edit: 'replace', node: pattern.text.node, value: arn });
  const keys = keysGrantedTo(world, identities).filter((key) => mayCoverKey(pattern, key));
  const fixes = keys.slice(0, MAX_CHOICES).map((key) =>
    fixPolicy(`Use ${key.arn}`, located, [replace(key.arn)], { preferred: keys.length === 1 }));
  const owners = new Set([...keys.flatMap((key) => key.account ?? []), ...accountsOf(identities)]);
  for (const owner of [...owners].slice(0, MAX_CHOICES)) {
    const partition = keys.find((key) => compareIdentifiers(key.account, owner) === 'same')?.partition ?? identities[0]?.partition ?? 'aws';
    fixes.push(fixPolicy(`Limit to the keys of account ${owner}`, located, [replace(`arn:${partition}:kms:*:${owner}:key/*`)]));
  }
  return fixes;
}

/** The keys whose policy allows this account; else all keys of the workspace. */
function candidateKeys(world: World, { identities }: PolicySubject): readonly KeyWithArn[] {
  const granted = keysGrantedTo(world, identities);
  return (granted.length > 0 ? granted : keysWithArn(world)).slice(0, MAX_CHOICES);
}

/** ARNs of other services in a statement with KMS actions only, where they match nothing. */
function namesOtherServices(statement: Statement): boolean {
  return hasOnlyKmsActions(statement) && statement.resource?.patterns.some(({ form }) => form === 'other') === true;
}

function nameKeyFix(policy: DiscoveredPolicy, statement: Statement, arn: string, options: FixOptions = {}): Fix {
  const { resource, action, node } = statement;
  if (resource?.member.value && namesOtherServices(statement))
    return fixPolicy(`Use ${arn}`, policy, [{ edit: 'replace', node: resource.member.value, value: arn }], options);
  return fixPolicy(`Add ${arn}`, policy, [resource
    ? { edit: 'append', member: resource.member, value: arn }
    : { edit: 'set-member', object: node, name: 'Resource', value: arn, after: action?.member.key.value ?? 'Action' }], options);
}

function* missingStatementDrafts(key: Key, grantees: readonly ExternalGrantee[], { identities, memoize }: World): Iterable<FindingDraft> {
  const keyNamesOf = memoize(createKeyNamesLookup, identities);
  for (const grantee of grantees) {
    const keyNames = keyNamesOf(grantee.identityArn ?? grantee.account, memoize);
    const nearest = keyNames && !keyNames.mayMeanKey(key) ? keyNames.nearestStatement(key) : undefined;
    if (nearest) yield memoize(createDraftLookup, grantee)(key, nearest);
  }
}

/** The grantees of actions that work across accounts whom no policy in the workspace answers; none for a fragment or a key without ARN. */
function unusedGrantees({ key, pairs, memoize }: KeySubject): readonly ExternalGrantee[] {
  if (key.arn === undefined || !key.policy || key.policy.policy.isFragment) return [];
  const grantees = memoize(externalGranteesOf, key)
    .filter(({ statement: { action } }) => action && (action.actionSet & CROSS_ACCOUNT_ACTIONS) !== NO_ACTIONS);
  if (grantees.length === 0) return grantees;
  const consumers = pairs.filter(({ identity }) => identity.policies.length > 0);
  // Sets, since a key policy can name thousands; identifiers that are the same are equal texts.
  const accounts = new Set(consumers.map(({ identity }) => identity.account));
  const users = consumers
    .filter(({ verdicts }) => verdicts.some(({ verdict: { outcome } }) => outcome === 'allowed' || outcome === 'conditional'));
  const arns = new Set(users.map(({ identity }) => identity.arn));
  return grantees.filter(({ identityArn, account }) => (identityArn === undefined ? !accounts.has(account) : !arns.has(identityArn)));
}

/** The draft for a grantee of a key: the same one, and so the same finding, as long as the nearest statement is the same. */
function createDraftLookup(grantee: ExternalGrantee): (key: Key, nearest: KeyStatement) => FindingDraft {
  let last: { readonly nearest: KeyStatement; readonly draft: FindingDraft } | undefined;
  return (key, nearest) => {
    if (last?.nearest.statement !== nearest.statement || last.nearest.identity !== nearest.identity)
      last = { nearest, draft: missingStatementDraft(key, grantee, nearest) };
    return last.draft;
  };
}

function missingStatementDraft(
  key: Key, { identityArn, account, text }: ExternalGrantee, { identity, policy, statement }: KeyStatement,
): FindingDraft {
  const { arn = '', policy: keyPolicy, link } = key;
  const granteeName = identityArn === undefined ? `account ${account}` : nameOfIdentity(identity);
  const subject = identityArn === undefined ? `Account ${account}` : subjectNameOfIdentity(identity);
  return {
    at: locationOfResource(policy, statement),
    severity: 'info',
    message: `${subject} has no policy for ${nameOfKey(key)} in this `
      + 'workspace, though the key policy allows it: its half of the handshake is missing. Its statements are for other keys.',
    related: keyPolicy
      ? [{ at: locationInFile(keyPolicy, text.node.span), message: `${nameOfKeyPolicy(key)} allows ${granteeName}.` }]
      : [],
    dependsOnLinks: [...(link ? [link] : []), identity.link],
    fixes: () => [nameKeyFix(policy, statement, arn)],
  };
}

/** Whether a `Resource` value covers keys of every account: `*`, or a KMS pattern with a wildcard as account. */
function coversEveryAccount(pattern: ResourcePattern): boolean {
  const { form, text, arn } = pattern;
  if (text.placeholders.length > 0) return false;
  if (form === 'any') return true;
  if (form !== 'key' && form !== 'kms') return false;
  // With fewer than six fields, the star at the end covers the account too.
  if (!arn) return true;
  return /^\?*\*[*?]*$|^\?{12}$/.test(arn.account);
}

/** Whether the value has one key id, or a policy variable for it, so that it covers one key whatever the account. */
function coversSingleKeyId(pattern: ResourcePattern): boolean {
  return pattern.form === 'key' && /^key\/[^*?]+$/.test(pattern.arn?.resource ?? '');
}

/** Condition keys that limit the keys of a wide `Resource` (docs/rules/missing-key-arn-resource.md). */
const NARROWING_CONDITION_KEY =
  /^(aws:resource(account|orgid|orgpaths|tag\/.*)|kms:(viaservice|resourcealiases|requestalias|calleraccount))$/;

function narrowsKeys(condition: Condition): boolean {
  return NARROWING_CONDITION_KEY.test(condition.keyLower) && (requiresConditionValue(condition) || requiresPresence(condition));
}

/** `"Null": {"aws:ResourceTag/Project": "false"}`: the key must have the tag. */
function requiresPresence({ operatorName, values }: Condition): boolean {
  return operatorName === 'Null' && values.length > 0 && values.every(({ value }) => value.toLowerCase() === 'false');
}
