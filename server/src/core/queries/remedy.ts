import { renderPolicyEdits } from '../discovery/policy-edits';
import { decideAccess } from '../access/decide-access';
import { nearMissPatterns } from '../access/resource-matching';
import { decidingLocation } from '../access/text/deciding-location';
import { describeCondition, describeConditionRef, describeIdentity } from '../access/text/describe-access';
import type { LocationFormatter } from '../access/text/explain-verdict';
import type { ConditionRef, PolicyGate, Reason, Verdict } from '../access/verdict';
import { KEY_ACTIONS } from '../aws/actions';
import { sourceConditionsOf } from '../aws/service-source-conditions';
import { locationInFile } from '../discovery/discovery-result';
import { joinWithAnd } from '../generate/action-patterns';
import { ALLOW_ALL_IDENTITY_POLICY, ALLOW_ALL_KEY_POLICY, withAllowAllStatement } from '../generate/allow-all-policies';
import { formatAwsCliCommand } from '../generate/aws-cli-command';
import { isRefusal, refusal, type Counterpart, type Refusal } from '../generate/counterpart';
import { isIdentityCenterRole, resolveGrantee, type Grantee } from '../generate/grantee';
import { generateServiceAccess, type ServiceAccess } from '../generate/service-access';
import { generateIdentityPolicyForAction, generateKeyPolicyForAction, type SingleActionRequest } from '../generate/single-action';
import { actionsOfStatement } from '../generate/statement-permissions';
import type { Identity, Key } from '../linking/entities';
import type { FileChange } from '../text/file-change';
import { joinNames } from '../text/join-names';
import type { Location } from '../text/span';
import type { World } from '../workspace/world';
import { correctedConditionText } from './condition-correction';
import type { ExplanationQuestion } from './explanation-steps';

/** What would allow it: what to do, and the edits of policies that do it, where there are any. */
export interface Remedy {
  /** Sentences for a person. */
  readonly advice: string;
  /** All of them together; empty where no edit of a policy helps. */
  readonly changes: readonly RemedyEdit[];
  /** The text of a statement for a policy that the workspace does not contain. */
  readonly statement?: string;
}

export interface RemedyEdit {
  readonly half: PolicyGate;
  /** "Allow kms:Encrypt for role/App of account 444455556666 in the key policy": what the change does. */
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
  const { verdict: { outcome, reason }, question } = request;
  if (outcome === 'allowed' || outcome === 'conditional') return undefined;
  if (question.identity.kind === 'service') return serviceRemedy(request);
  const writeAdvice = ADVICE_BY_REASON[reason] ?? (outcome === 'unknown' ? unknownVerdictAdvice : undefined);
  return writeAdvice ? withoutEdits(writeAdvice(request)) : remedyWithEdits(request);
}

function withoutEdits(advice: string): Remedy {
  return { advice, changes: [] };
}

/** Only the key policy, or a grant, allows a service. */
function serviceRemedy(request: RemedyRequest): Remedy {
  const { verdict: { reason }, question: { identity: { id: service }, key, action } } = request;
  switch (reason) {
    case 'key-policy-missing': return withoutEdits(getKeyPolicyAdvice(key));
    case 'key-policy-denies': return withoutEdits(explicitDenyAdvice(request));
    case 'key-policy-condition': return withoutEdits(conditionAdvice(request));
    case 'conditions-contradict': return withoutEdits(contradictionAdvice(request));
    case 'unresolved': return withoutEdits(`Name ${service} itself in the key policy, without placeholders.`);
    case 'needs-grant': case 'identity-policy-missing':
      return withoutEdits(`Have a user or role do it: no key policy gives a service ${action.name}.`);
    default: return serviceRemedyWithEdits(request);
  }
}

function serviceRemedyWithEdits({ question: { identity: { id: service }, key, action } }: RemedyRequest): Remedy {
  const access = generateServiceAccess(key, service, action);
  if (isRefusal(access)) return withoutEdits(`Allow ${action.name} for ${service} in the key policy, under the condition that the guide of `
    + 'the service shows.');
  const title = `Allow ${joinWithAnd(access.actions)} for ${service} in the key policy`;
  const changes = remedyChangesOf('key-policy', title, access.counterpart);
  return { advice: `${title}, ${sourceLimitText(access, service, key)}`, changes };
}

function sourceLimitText({ sourceCondition }: ServiceAccess, service: string, key: Key): string {
  if (!sourceCondition) return 'under the conditions of its other statement.';
  const note = sourceCondition.key === 'aws:SourceAccount'
    ? 'A service that sends no aws:SourceAccount needs another condition: its guide says which.'
    : sourceConditionsOf(service).advice;
  return `limited to ${sourceCondition.scope} ${key.account ?? '?'}. ${note}`;
}

/** Causes that no permission fixes. */
const ADVICE_BY_REASON: Readonly<Partial<Record<Reason, (request: RemedyRequest) => string>>> = {
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

function unknownVerdictAdvice({ question: { identity, key } }: RemedyRequest): string {
  const advice = `Put the IAM policies of ${describeIdentity(identity)} in the workspace, for example as output of aws iam `
    + 'get-account-authorization-details.';
  return key.policy ? advice : `${advice} ${getKeyPolicyAdvice(key)}`;
}

function missingKeyPolicyAdvice(request: RemedyRequest): string {
  return request.isIdentityKnown ? getKeyPolicyAdvice(request.question.key) : unknownVerdictAdvice(request);
}

function getKeyPolicyAdvice({ arn, keyId }: Key): string {
  return withCommand('Put the key policy in the workspace',
    formatAwsCliCommand(['aws', 'kms', 'get-key-policy'], [['key-id', arn ?? keyId ?? '<KEY_ID>'], ['policy-name', 'default']], 'posix'));
}

function withCommand(advice: string, result: ReturnType<typeof formatAwsCliCommand>): string {
  return isRefusal(result) ? `${advice}. ${result.refused}` : `${advice}: ${result.command}`;
}

function explicitDenyAdvice({ question, verdict, formatLocation }: RemedyRequest): string {
  const denies = verdict.decidedBy.filter(({ statement }) => statement.effect === 'Deny');
  const locations = denies.map((statementRef) => formatLocation(decidingLocation(statementRef, verdict, question)));
  return `If the Deny is not meant for ${describeIdentity(question.identity)}, remove ${question.action.name} from `
    + `it or limit it with a condition (${joinNames([...new Set(locations)])}).`;
}

function conditionAdvice({ world, question, verdict: { failedConditions }, formatLocation }: RemedyRequest): string {
  const [first] = failedConditions;
  const corrections = failedConditions.map((conditionRef) => {
    const correction = correctedConditionText(conditionRef, question, world);
    return correction === undefined ? describeConditionRef(conditionRef) : `${describeConditionRef(conditionRef)} to ${correction}`;
  });
  return `Correct the condition ${joinNames([...new Set(corrections)])}${first ? ` (${formatLocation(conditionLocation(first))})` : ''}, `
    + `if ${describeIdentity(question.identity)} is meant to have ${question.action.name}.`;
}

function contradictionAdvice({ verdict: { failedConditions }, formatLocation }: RemedyRequest): string {
  const conditions = failedConditions.map((conditionRef) =>
    `${describeCondition(conditionRef.condition)} (${formatLocation(conditionLocation(conditionRef))})`);
  const isDenied = failedConditions.some(({ negated }) => negated);
  return `Change one of these conditions, so that one request can ${isDenied ? 'be allowed without being denied' : 'meet them all'}: `
    + `${joinNames([...new Set(conditions)])}.`;
}

function conditionLocation({ statementRef, condition }: ConditionRef): Location {
  return locationInFile(statementRef.policy, condition.keyMember.span);
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
  const { world, question: { identity, key, action }, isIdentityKnown } = request;
  const withPermission = { ...identity, policies: [...identity.policies, ALLOW_ALL_IDENTITY_POLICY] };
  if (isStillDenied(request, withPermission, withAllowAllKeyPolicy(key))) return withoutEdits(genericAdvice(request));
  if (action.resourceTypes.includes('alias'))
    return withoutEdits(`Allow ${action.name} on the key, and in an IAM policy on the alias too.`);
  const grantee = granteeForIdentity(world, identity);
  if (!grantee) return withoutEdits('Declare in kms-handshake.json to whom the IAM policy is attached.');
  if (isRefusal(grantee)) return withoutEdits(grantee.refused);
  const subject = { world, key, grantee, action };
  const lacksKeyPolicy = key.policy !== undefined && isStillDenied(request, withPermission, key);
  const changes = [
    ...lacksKeyPolicy
      ? remedyChangesOf('key-policy', `Allow ${action.name} for ${describeKeyPolicyGrantee(grantee, identity)} in the key policy`,
        generateKeyPolicyForAction(subject))
      : [],
    ...isIdentityKnown && isIdentityPolicyNeeded(request, lacksKeyPolicy, grantee)
      ? remedyChangesOf('identity-policy', `Allow ${action.name} on the key in an IAM policy of ${describeIdentity(identity)}`,
        identityPolicyEdit(request, subject))
      : [],
  ];
  return { advice: remedyAdvice(request, changes), changes };
}

/**
 * In the key's own account a key policy that names the user or role is enough; one that allows the account under a condition leaves it to
 * IAM policies.
 */
function isIdentityPolicyNeeded(request: RemedyRequest, lacksKeyPolicy: boolean, grantee: Grantee): boolean {
  const { identity, key } = request.question;
  if (!lacksKeyPolicy) return true;
  return identity.account !== undefined && identity.account === key.account
    ? grantee.kind === 'account' || grantee.kind === 'group' || isIdentityCenterRole(grantee)
    : isStillDenied(request, identity, withAllowAllKeyPolicy(key));
}

function isStillDenied({ world, question: { action } }: RemedyRequest, identity: Identity, key: Key): boolean {
  return decideAccess(identity, key, action, world).verdict.outcome === 'denied';
}

function withAllowAllKeyPolicy(key: Key): Key {
  return { ...key, policy: key.policy ? withAllowAllStatement(key.policy) : ALLOW_ALL_KEY_POLICY };
}

function granteeForIdentity(world: World, identity: Identity): Grantee | Refusal | undefined {
  const { arn, account } = identity;
  if (arn !== undefined) return resolveGrantee(world, { arn });
  if (account === undefined) return undefined;
  const grantee = resolveGrantee(world, { account });
  // The record that the answer is about has the policies of the account.
  return isRefusal(grantee) ? grantee : { ...grantee, identity };
}

/** A key policy cannot name a group. */
function describeKeyPolicyGrantee(grantee: Grantee, identity: Identity): string {
  return grantee.kind === 'group' ? `account ${grantee.account}` : describeIdentity({ ...identity, arn: grantee.arn });
}

/** A wrong ARN is corrected where its statement is about this action only; else the permission is added beside it. */
function identityPolicyEdit({ world, question: { identity, key, action }, existingUris }: RemedyRequest,
  subject: SingleActionRequest): Counterpart | Refusal | FileChange {
  const { arn } = key;
  const [wrong] = arn === undefined ? [] : identity.policies
    .filter((policy) => policy.policy.kind === 'identity' && world.identitiesByPolicy.get(policy)?.length === 1)
    .flatMap((policy) => policy.policy.statements
      .filter((statement) => statement.effect === 'Allow' && (actionsOfStatement(statement) & KEY_ACTIONS) === action.bit)
      .flatMap((statement) => nearMissPatterns(statement, key).map(({ text: { node } }) => ({ policy, node }))));
  if (!wrong || arn === undefined) return generateIdentityPolicyForAction(subject, existingUris);
  const { policy, policy: { uri }, node } = wrong;
  const rendered = renderPolicyEdits(policy, [{ edit: 'replace', node, value: arn }]);
  return rendered.edits ? { uri, edits: rendered.edits } : refusal(rendered.refusal);
}

function remedyChangesOf(half: PolicyGate, title: string, result: Counterpart | Refusal | FileChange): RemedyEdit[] {
  if ('uri' in result) return [{ half, title, change: result }];
  if (isRefusal(result)) return [];
  const { changes, manifestChange } = result;
  return [
    ...changes.map((change) => ({ half, title, change })),
    ...manifestChange ? [{ half, title: 'Declare in kms-handshake.json to whom it is attached', change: manifestChange }] : [],
  ];
}

function remedyAdvice(request: RemedyRequest, changes: readonly RemedyEdit[]): string {
  const { question: { key, identity }, isIdentityKnown } = request;
  const titles = changes.map(({ title }, i) => (i === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1)));
  return [
    titles.length > 0 ? `${titles.join(', and ')}.` : genericAdvice(request),
    ...key.policy ? [] : [getKeyPolicyAdvice(key)],
    ...isIdentityKnown ? [] : [`Its own half is not known: put the IAM policies of ${describeIdentity(identity)} in the workspace.`],
  ].join(' ');
}

function genericAdvice({ question: { identity, action } }: RemedyRequest): string {
  return `Let both policies allow ${action.name} for ${describeIdentity(identity)}.`;
}
