import { decideWithContext } from '../access/decide-access';
import { decidingLocation } from '../access/text/deciding-location';
import type { LocationFormatter } from '../access/text/explain-verdict';
import { nearMissPatterns } from '../access/resource-matching';
import { describeConditionRef, describeCondition, joinNames, describeIdentity } from '../access/text/describe-access';
import { evaluationContextsFor } from '../access/candidate-callers';
import type { PolicyGate, Reason, Verdict } from '../access/verdict';
import { KEY_ACTIONS, NO_ACTIONS } from '../aws/actions';
import { formatAwsCliCommand } from '../generate/aws-cli-command';
import { sourceConditionsOf } from '../aws/service-source-conditions';
import { joinWithAnd } from '../generate/action-patterns';
import { isRefusal, refusal, type Counterpart, type Refusal } from '../generate/counterpart';
import { generateServiceAccess, type ServiceAccess } from '../generate/service-access';
import { generateIdentityPolicyForAction, generateKeyPolicyForAction, type SingleActionRequest } from '../generate/single-action';
import { ALLOW_ALL_IDENTITY_POLICY, ALLOW_ALL_KEY_POLICY, withAllowAllStatement } from '../generate/allow-all-policies';
import { isIdentityCenterRole, resolveGrantee, type Grantee } from '../generate/grantee';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { TreeEdit } from '../syntax/tree-edit';
import type { FileChange } from '../text/file-change';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { correctedConditionText } from './condition-correction';
import type { ExplanationQuestion } from './explanation-steps';

/** What makes it yes: what to do, and, where policies can say it, the edits that do it. */
export interface Remedy {
  /** Sentences for a person. */
  readonly advice: string;
  /** All of them together; empty where no edit of a policy helps. */
  readonly changes: readonly RemedyEdit[];
}

export interface RemedyEdit {
  readonly half: PolicyGate;
  /** "Let role/App of account 444455556666 in for kms:Encrypt in the key policy": what the change does. */
  readonly title: string;
  readonly change: FileChange;
}

export interface RemedyRequest {
  readonly world: World;
  readonly question: ExplanationQuestion;
  readonly verdict: Verdict;
  /** The workspace knows the identity, and so whether it has policies. */
  readonly isIdentityKnown: boolean;
  /** URIs of files that no new file may replace, besides those that the world knows. */
  readonly existingUris: readonly string[];
  readonly formatLocation: LocationFormatter;
}

/** Gives just this action to just this identity on just this key; undefined where it is allowed already. */
export function remedyOf(request: RemedyRequest): Remedy | undefined {
  const { verdict, question: explanationQuestion } = request;
  if (verdict.outcome === 'allowed' || verdict.outcome === 'conditional') return undefined;
  if (explanationQuestion.identity.kind === 'service') return serviceRemedy(request);
  const adviceWriter = ADVICE_BY_REASON[verdict.reason];
  if (verdict.outcome === 'unknown' || adviceWriter) return { advice: (adviceWriter ?? UNKNOWN_VERDICT_ADVICE)(request), changes: [] };
  return remedyWithEdits(request);
}

/** Only the key policy, or a grant, lets a service in. */
function serviceRemedy(request: RemedyRequest): Remedy {
  const { verdict: { reason }, question: { identity: { id: service }, key, action } } = request;
  if (reason === 'key-policy-missing') return { advice: getKeyPolicyAdvice(key), changes: [] };
  if (reason === 'key-policy-denies') return { advice: explicitDenyAdvice(request), changes: [] };
  if (reason === 'key-policy-condition') return { advice: conditionAdvice(request), changes: [] };
  if (reason === 'conditions-contradict') return { advice: contradictionAdvice(request), changes: [] };
  if (reason === 'unresolved') return { advice: `Name ${service} itself in the key policy, without placeholders.`, changes: [] };
  if (reason === 'needs-grant' || reason === 'identity-policy-missing')
    return { advice: `Have a user or role do it: no key policy gives a service ${action.name}.`, changes: [] };
  const access = generateServiceAccess(key, service, action);
  if (isRefusal(access)) return { advice: `Allow ${action.name} for ${service} in the key policy, under the condition that the guide of `
    + 'the service shows.', changes: [] };
  const title = `Allow ${joinWithAnd(access.actions)} for ${service} in the key policy`;
  return { advice: `${title}, ${sourceLimitText(access, service, key)}`,
    changes: remedyChangesOf('key-policy', title, access.counterpart) };
}

function sourceLimitText({ sourceCondition }: ServiceAccess, service: string, key: Key): string {
  if (!sourceCondition) return 'under the conditions of its other statement.';
  const note = sourceCondition.key === 'aws:SourceAccount'
    ? 'A service that sends no aws:SourceAccount needs another condition: its guide says which.'
    : sourceConditionsOf(service).advice;
  return `limited to ${sourceCondition.scope} ${key.account ?? '?'}. ${note}`;
}

type AdviceWriter = (request: RemedyRequest) => string;

/** Causes that no permission mends. */
const ADVICE_BY_REASON: Partial<Record<Reason, AdviceWriter>> = {
  'partition': ({ question: { identity } }) => `Use a key in the partition ${identity.partition ?? 'of the identity'}.`,
  'not-cross-account': ({ question: { key, action } }) => (key.awsManaged
    ? 'Use a customer managed key: its key policy can allow other accounts.'
    : `Have an identity of account ${key.account ?? 'that owns the key'} do it, or assume a role there: `
      + `${action.name} can be called by that role.`),
  'key-policy-denies': explicitDenyAdvice,
  'identity-policy-denies': explicitDenyAdvice,
  'key-policy-condition': conditionAdvice,
  'identity-policy-condition': conditionAdvice,
  'conditions-contradict': contradictionAdvice,
  'needs-grant': createGrantAdvice,
  'key-policy-missing': missingKeyPolicyAdvice,
  'unresolved': () => 'Declare the values of placeholders, the owner of the key and to whom the IAM policy is attached in '
    + 'kms-handshake.json.',
};

const UNKNOWN_VERDICT_ADVICE: AdviceWriter = ({ question: { identity, key } }) => [
  `Put the IAM policies of ${describeIdentity(identity)} in the workspace, for example as output of aws iam `
    + 'get-account-authorization-details.',
  ...(key.policy ? [] : [getKeyPolicyAdvice(key)]),
].join(' ');

function missingKeyPolicyAdvice(request: RemedyRequest): string {
  return request.isIdentityKnown ? getKeyPolicyAdvice(request.question.key) : UNKNOWN_VERDICT_ADVICE(request);
}

function getKeyPolicyAdvice({ arn, keyId }: Key): string {
  return withCommand('Put the key policy in the workspace',
    formatAwsCliCommand(['aws', 'kms', 'get-key-policy'], [['key-id', arn ?? keyId ?? '<KEY_ID>'], ['policy-name', 'default']], 'posix'));
}

function withCommand(advice: string, result: ReturnType<typeof formatAwsCliCommand>): string {
  return isRefusal(result) ? `${advice}. ${result.refused}` : `${advice}: ${result.command}`;
}

function explicitDenyAdvice({ question: explanationQuestion, verdict, formatLocation }: RemedyRequest): string {
  const denies = verdict.decidedBy.filter(({ statement }) => statement.effect === 'Deny');
  const places = [...new Set(denies.map((statementRef) => formatLocation(decidingLocation(statementRef, verdict, explanationQuestion))))];
  return `If the Deny is not meant for ${describeIdentity(explanationQuestion.identity)}, remove ${explanationQuestion.action.name} from `
    + `it or limit it with a condition (${joinNames(places)}).`;
}

function conditionAdvice({ world, question: explanationQuestion, verdict, formatLocation }: RemedyRequest): string {
  const [first] = verdict.failedConditions;
  const where = first ? ` (${formatLocation(locationInFile(first.statementRef.policy, first.condition.keyMember.span))})` : '';
  const corrections = [...new Set(verdict.failedConditions.map((failing) => {
    const correct = correctedConditionText(failing, explanationQuestion, world);
    return correct === undefined ? describeConditionRef(failing) : `${describeConditionRef(failing)} to ${correct}`;
  }))];
  return `Correct the condition ${joinNames(corrections)}${where}, if ${describeIdentity(explanationQuestion.identity)} is meant to have `
    + `${explanationQuestion.action.name}.`;
}

function contradictionAdvice({ verdict, formatLocation }: RemedyRequest): string {
  const named = verdict.failedConditions.map(({ statementRef, condition }) => `${describeCondition(condition)} `
    + `(${formatLocation(locationInFile(statementRef.policy, condition.keyMember.span))})`);
  const denied = verdict.failedConditions.some(({ negated }) => negated);
  return `Change one of these conditions, so that one request can ${denied ? 'be allowed without being denied' : 'meet them all'}: `
    + `${joinNames([...new Set(named)])}.`;
}

function createGrantAdvice({ question: { key, identity, action } }: RemedyRequest): string {
  if (action.name === 'kms:RetireGrant') return 'Name the identity as retiring principal when the grant is made, or revoke the grant: '
    + 'aws kms revoke-grant';
  return withCommand('Have a principal with kms:CreateGrant make one', formatAwsCliCommand(['aws', 'kms', 'create-grant'], [
    ['key-id', key.arn ?? '<KEY_ARN>'], ['grantee-principal', identity.arn ?? '<PRINCIPAL_ARN>'],
    ['operations', action.name.slice('kms:'.length)],
  ], 'posix'));
}

function remedyWithEdits(request: RemedyRequest): Remedy {
  const { world, question: explanationQuestion, isIdentityKnown } = request;
  const { identity, key, action } = explanationQuestion;
  if (stillDenied(request, withAllowAllIdentityPolicy(identity), withAllowAllKeyPolicy(key)))
    return { advice: genericAdvice(request), changes: [] };
  if (action.resourceTypes.includes('alias'))
    return { advice: `Allow ${action.name} on the key, and in an IAM policy on the alias too.`, changes: [] };
  const party = granteeForIdentity(world, identity);
  if (!party || isRefusal(party))
    return { advice: party ? party.refused : 'Declare in kms-handshake.json to whom the IAM policy is attached.', changes: [] };
  const asked: SingleActionRequest = { world, key, grantee: party, action };
  const lacksKey = key.policy !== undefined && stillDenied(request, withAllowAllIdentityPolicy(identity), key);
  const changes = [
    ...(lacksKey
      ? remedyChangesOf('key-policy', `Allow ${action.name} for ${describeKeyPolicyGrantee(party, identity)} in the key policy`,
        generateKeyPolicyForAction(asked))
      : []),
    ...(isIdentityKnown && isIdentityPolicyNeeded(request, lacksKey, party)
      ? remedyChangesOf('identity-policy', `Allow ${action.name} on the key in an IAM policy of ${describeIdentity(identity)}`,
        identityPolicyEdit(request, asked))
      : []),
  ];
  return { advice: remedyAdvice(request, changes), changes };
}

/** At home a key policy that names the user or role is enough; one that lets the account in under a condition leaves it to IAM policies. */
function isIdentityPolicyNeeded(request: RemedyRequest, lacksKey: boolean, grantee: Grantee): boolean {
  const { identity, key } = request.question;
  if (!lacksKey) return true;
  const atHome = identity.account !== undefined && identity.account === key.account;
  return atHome
    ? grantee.kind === 'account' || grantee.kind === 'group' || isIdentityCenterRole(grantee)
    : stillDenied(request, identity, withAllowAllKeyPolicy(key));
}

function stillDenied({ world, question: { action } }: RemedyRequest, identity: Identity, key: Key): boolean {
  return decideWithContext(evaluationContextsFor(identity, key, world.organizations, action), action).verdict.outcome === 'denied';
}

function withAllowAllIdentityPolicy(identity: Identity): Identity {
  return { ...identity, policies: [...identity.policies, ALLOW_ALL_IDENTITY_POLICY] };
}

function withAllowAllKeyPolicy(key: Key): Key {
  return { ...key, policy: key.policy ? withAllowAllStatement(key.policy) : ALLOW_ALL_KEY_POLICY };
}

function granteeForIdentity(world: World, identity: Identity): Grantee | Refusal | undefined {
  const target = identity.arn !== undefined
    ? { arn: identity.arn }
    : identity.account !== undefined
    ? { account: identity.account }
    : undefined;
  const party = target && resolveGrantee(world, target);
  // Of an account the record that the answer is about has the policies.
  return party && !isRefusal(party) && identity.arn === undefined ? { ...party, identity } : party;
}

/** A key policy cannot name a group. */
function describeKeyPolicyGrantee(grantee: Grantee, identity: Identity): string {
  return grantee.kind === 'group' ? `account ${grantee.account}` : describeIdentity({ ...identity, arn: grantee.arn });
}

/** The ARN that is wrong is put right where its statement is about this action only; else the permission is added beside it. */
function identityPolicyEdit({ world, question: { identity, key, action }, existingUris }: RemedyRequest, asked: SingleActionRequest):
  | Counterpart
  | Refusal
  | FileChange {
  const wrong = key.arn === undefined ? undefined : identity.policies.flatMap((policy) =>
    policy.policy.statements
      .filter(({ effect, action: own }) =>
        policy.policy.kind === 'identity' && effect === 'Allow' && ((own?.actionSet ?? NO_ACTIONS) & KEY_ACTIONS) === action.bit
      )
      .filter(() => world.identitiesByPolicy.get(policy)?.length === 1)
      .flatMap((statement) => nearMissPatterns(statement, key).map(({ text: { node } }) => ({ policy, node })))
  )[0];
  return wrong && key.arn !== undefined
    ? policyFileChange(wrong.policy, { edit: 'replace', node: wrong.node, value: key.arn })
    : generateIdentityPolicyForAction(asked, existingUris);
}

function policyFileChange(policy: DiscoveredPolicy, edit: TreeEdit): FileChange | Refusal {
  const rendered = policy.layer.syntax.renderEdits(policy.layer, [edit]);
  return rendered.edits ? { uri: policy.uri, edits: rendered.edits } : refusal(rendered.refusal);
}

function remedyChangesOf(policyGate: PolicyGate, title: string, result: Counterpart | Refusal | FileChange): RemedyEdit[] {
  if ('uri' in result) return [{ half: policyGate, title, change: result }];
  if (isRefusal(result)) return [];
  const changes = result.changes.map((change) => ({ half: policyGate, title, change }));
  return result.manifestChange
    ? [...changes, { half: policyGate, title: 'Declare in kms-handshake.json to whom it is attached', change: result.manifestChange }]
    : changes;
}

function remedyAdvice(request: RemedyRequest, changes: readonly RemedyEdit[]): string {
  const { key, identity } = request.question;
  const titles = changes.map(({ title }, i) => (i === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1)));
  const sentences = [titles.length > 0 ? `${titles.join(', and ')}.` : genericAdvice(request)];
  if (!key.policy) sentences.push(getKeyPolicyAdvice(key));
  if (!request.isIdentityKnown) sentences.push('Its own half is not known: '
    + `put the IAM policies of ${describeIdentity(identity)} in the workspace.`);
  return sentences.join(' ');
}

function genericAdvice({ question: { identity, action } }: RemedyRequest): string {
  return `Let both policies allow ${action.name} for ${describeIdentity(identity)}.`;
}
