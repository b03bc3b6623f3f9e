import { describeIdentity } from '../access/text/describe-access';
import type { LocationFormatter } from '../access/text/explain-verdict';
import type { PolicyGate, Verdict } from '../access/verdict';
import { isRefusal } from '../generate/counterpart';
import { resolveGrantee } from '../generate/grantee';
import { identityPolicyStatementForAction, keyPolicyStatementForAction } from '../generate/single-action';
import type { World } from '../workspace/world';
import type { AwsDenialReason, AwsPolicyType } from './aws-denial-reason';
import type { ExplanationQuestion, ExplanationStep } from './explanation-steps';
import type { Remedy } from './remedy';

/** What an answer by the workspace alone says, and what AWS said of the same request. */
export interface AwsEvidenceRequest {
  readonly world: World;
  readonly reason: AwsDenialReason;
  readonly question: ExplanationQuestion;
  readonly verdict: Verdict;
  readonly steps: readonly ExplanationStep[];
  /** The workspace knows the identity, and so whether it has policies. */
  readonly isIdentityKnown: boolean;
  readonly formatLocation: LocationFormatter;
}

/** What AWS's reason adds to the answer. */
export interface AwsEvidence {
  /** In place of the sentence that the workspace alone gives; undefined where that says as much. */
  readonly sentence?: string;
  readonly remedy?: Remedy;
  readonly notes: readonly string[];
}

/**
 * Takes AWS's reason as evidence about the half that it names, where the workspace does not contain it; where the workspace says otherwise
 * a note tells so. It is not evidence about the other half: AWS names one kind of policy only, also where several deny
 * (docs/aws-rules.md 5.2). Undefined for a reason that names neither half.
 */
export function evidenceFromAws(request: AwsEvidenceRequest): AwsEvidence | undefined {
  const { reason, question: { key }, verdict, isIdentityKnown } = request;
  const half = HALVES[reason.policyType];
  if (half === undefined) return undefined;
  if (verdict.outcome === 'unknown' && (half === 'key-policy' ? key.policy === undefined : !isIdentityKnown))
    return { sentence: sentenceOnHalf(request, half), ...remedyOnHalf(request, half), notes: otherHalfNotes(request, half) };
  if (verdict.outcome === 'denied') return { notes: verdict.decidingGate === half ? [] : [ONE_POLICY_TYPE_NOTE] };
  const allows = verdict.outcome !== 'unknown' || isAllowing(request.steps.find((step) => step.half === half));
  return { notes: allows ? [contradictionNote(request, half)] : [] };
}

function isAllowing(step: ExplanationStep | undefined): boolean {
  return step?.outcome === 'allowed' || step?.outcome === 'conditional';
}

const HALVES: Readonly<Partial<Record<AwsPolicyType, PolicyGate>>> = {
  'resource-based-policy': 'key-policy', 'identity-based-policy': 'identity-policy',
};

const ONE_POLICY_TYPE_NOTE = 'AWS names one kind of policy only, also where several deny. Across accounts it may name the resource-based '
  + 'policy where the key policy allows only the account and no IAM policy allows the action.';

function sentenceOnHalf(request: AwsEvidenceRequest, half: PolicyGate): string {
  const { reason: { effect }, question: { identity, action } } = request;
  const identityText = describeIdentity(identity);
  const keyPolicy = `the key policy${keyOwnerText(request)}`;
  const denial = half === 'key-policy'
    ? effect === 'implicit-deny'
      ? `${keyPolicy} does not allow ${action.name} for ${identityText}`
      : `${keyPolicy} contains a Deny that covers ${action.name} for ${identityText}`
    : effect === 'implicit-deny'
    ? `no IAM policy of ${identityText} allows ${action.name} on the key`
    : `an IAM policy of ${identityText} contains a Deny that covers ${action.name} on the key`;
  return `Denied, AWS says: ${denial}${otherHalfText(request, half)}.`;
}

function keyOwnerText({ question: { key: { account } } }: AwsEvidenceRequest): string {
  return account === undefined ? '' : ` of account ${account}`;
}

/** What the workspace shows of the half that AWS does not name. */
function otherHalfText({ steps, formatLocation }: AwsEvidenceRequest, half: PolicyGate): string {
  const step = otherHalfStep(steps, half);
  if (!step || !isAllowing(step)) return '';
  const places = [...new Set(step.decidedBy.map(({ at }) => formatLocation(at)))].join(', ');
  const policy = `the ${half === 'key-policy' ? 'IAM policy' : 'key policy'}${places === '' ? '' : ` (${places})`}`;
  return step.outcome === 'allowed' ? `; ${policy} allows it` : `; ${policy} allows it under conditions`;
}

function otherHalfNotes({ steps }: AwsEvidenceRequest, half: PolicyGate): string[] {
  const step = otherHalfStep(steps, half);
  if (isAllowing(step) || step?.outcome === 'not-needed') return [];
  const otherHalf = half === 'key-policy' ? 'the IAM policies' : 'the key policy';
  return [`AWS names one kind of policy only, also where several deny: ${otherHalf} may have to be changed too.`];
}

function otherHalfStep(steps: readonly ExplanationStep[], half: PolicyGate): ExplanationStep | undefined {
  return steps.find((step) => step.half === (half === 'key-policy' ? 'identity-policy' : 'key-policy'));
}

function remedyOnHalf(request: AwsEvidenceRequest, half: PolicyGate): Pick<AwsEvidence, 'remedy'> {
  const { world, reason: { effect }, question: { identity, key, action } } = request;
  const identityText = describeIdentity(identity);
  if (effect === 'explicit-deny') {
    const advice = half === 'key-policy'
      ? `Ask the owner of the key${ownerInParentheses(key.account)} to exclude ${identityText} from the Deny of the key `
        + 'policy, if it is not meant.'
      : `Remove ${action.name} from the Deny in the IAM policies of ${identityText}, or limit it with a condition, if it is not meant.`;
    return { remedy: { advice, changes: [] } };
  }
  const { arn, account } = identity;
  const target = arn !== undefined ? { arn } : account !== undefined ? { account } : undefined;
  const grantee = target && resolveGrantee(world, target);
  if (!grantee || isRefusal(grantee)) return {};
  const subject = { world, key, grantee, action };
  const statement = half === 'key-policy' ? keyPolicyStatementForAction(subject) : identityPolicyStatementForAction(subject);
  if (statement === undefined) return {};
  const advice = half === 'key-policy'
    ? `Ask the owner of the key${ownerInParentheses(key.account)} to add this statement to the key policy.`
    : `Add this statement to an IAM policy of ${identityText}.`;
  return { remedy: { advice, changes: [], statement } };
}

function ownerInParentheses(account: string | undefined): string {
  return account === undefined ? '' : `, account ${account},`;
}

/** The policies here allow what AWS denied. */
function contradictionNote({ reason: { effect }, verdict: { outcome } }: AwsEvidenceRequest, half: PolicyGate): string {
  const policy = half === 'key-policy' ? 'the key policy' : 'the IAM policies';
  const evidence = effect === 'implicit-deny' ? `no Allow in ${policy}` : `a Deny in ${policy}`;
  const request = outcome === 'conditional' ? 'the request did not meet the conditions, or ' : '';
  return `AWS found ${evidence}, so ${request}the policies in AWS are not those of this workspace.`;
}
