/**
 * The decision procedure against the evaluator in `reference/`: random pairs of policies, each with many concrete requests. Where the
 * verdict is `allowed` every request is allowed, where it is `denied` none, and where it is `conditional` exactly those are that meet the
 * conditions which it names.
 */
import assert from 'node:assert';
import fc from 'fast-check';
import type { AccessRequirements, ConditionRef, SessionRequirement, Verdict } from '../../../server/src/core/access/verdict';
import { identityWithPolicies, keyWithPolicyOf, policyOfText, verdictOn } from '../../support/access-builders';
import { KEY_ARN, roleArn, userArn } from '../../support/fixtures';
import { referenceConditionHolds } from './reference/reference-conditions';
import { REFERENCE_ACTIONS, policyPairs, type PolicyPair } from './reference/random-policy-pairs';
import { isAllowed, type ReferencePolicy, type ReferenceRequest } from './reference/reference-evaluator';
import { requestsWith, actorOfRole, actorOfUser, type ReferenceActor } from './reference/concrete-requests';

const PROPERTY_RUNS = 1200;

/** Who is behind the identity: a role calls in any session, and of an account it may be anybody. */
function actorsOf(identity: string): ReferenceActor[] {
  if (!identity.startsWith('arn:'))
    return [userArn(identity), userArn(identity, 'Zed'), roleArn(identity), roleArn(identity, 'Nobody')].flatMap(actorsOf);
  const [, , , , account = '', resource = ''] = identity.split(':');
  const [type, name = '', session] = resource.split('/');
  if (type === 'user') return [actorOfUser(identity)];
  const role = `arn:aws:iam::${account}:role/${name}`;
  return (session === undefined ? ['s1', 's2', 'any-other'] : [session]).map((each) => actorOfRole(role, each));
}

function conditionRefHolds({ statementRef, condition: { operator, key, values } }: ConditionRef, { context }: ReferenceRequest): boolean {
  return referenceConditionHolds({ operator, key, values: values.map(({ value }) => value) }, context,
    statementRef.policy.policy.hasPolicyVariables);
}

function isInSession({ session }: SessionRequirement, { caller: { sessionArn } }: ReferenceRequest): boolean {
  return sessionArn?.endsWith(`/${session}`) === true;
}

/**
 * All conditions of Allow statements hold, in one of the sessions that they are for, and no Deny applies: one does where all that is named
 * of it holds.
 */
function satisfiesRequirements({ conditions, sessions }: AccessRequirements, referenceRequest: ReferenceRequest): boolean {
  const allowed = sessions.filter(({ negated }) => !negated);
  const denying = new Set([...conditions, ...sessions].filter(({ negated }) => negated).map(({ statementRef }) => statementRef.statement));
  return conditions.every((condition) => condition.negated || conditionRefHolds(condition, referenceRequest))
    && (allowed.length === 0 || allowed.some((session) => isInSession(session, referenceRequest)))
    && ![...denying].some((statement) => {
      const denied = sessions.filter(({ negated, statementRef: because }) => negated && because.statement === statement);
      return conditions.every((condition) =>
        !condition.negated || condition.statementRef.statement !== statement || conditionRefHolds(condition, referenceRequest)
      )
        && (denied.length === 0 || denied.some((session) => isInSession(session, referenceRequest)));
    });
}

function contextKeysIn(texts: readonly string[]): string[] {
  const blocks = texts.flatMap((text) =>
    (JSON.parse(text) as { Statement: { Condition?: Record<string, object> }[] }).Statement.map(({ Condition = {} }) => Condition)
  );
  const named = blocks.flatMap((block) => Object.values(block).flatMap((keys) => Object.keys(keys)));
  const variables = texts.flatMap((text) => [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name));
  return [...named, ...variables];
}

/** Undefined where the verdict does not say. */
function expectedAnswer(verdict: Verdict, referenceRequest: ReferenceRequest): boolean | undefined {
  switch (verdict.outcome) {
    case 'allowed':
      return true;
    case 'denied':
      return false;
    case 'unknown':
      return undefined;
    case 'conditional':
      return [verdict, ...verdict.alternatives].some((accessRequirements) => satisfiesRequirements(accessRequirements, referenceRequest));
  }
}

const outcomeCounts: Record<Verdict['outcome'], number> = { allowed: 0, conditional: 0, denied: 0, unknown: 0 };

function checkPair({ identity, keyPolicy, identityPolicies }: PolicyPair): void {
  const key = keyWithPolicyOf(policyOfText(keyPolicy, { kind: 'key' }));
  const subject = identityWithPolicies(identity, ...identityPolicies.map((text) => policyOfText(text, { kind: 'identity' })));
  const keys = contextKeysIn([keyPolicy, ...identityPolicies]);
  const keyDocument = JSON.parse(keyPolicy) as ReferencePolicy;
  const identityDocuments = identityPolicies.map((text) => JSON.parse(text) as ReferencePolicy);
  for (const action of REFERENCE_ACTIONS) {
    const verdict = verdictOn(subject, key, action);
    outcomeCounts[verdict.outcome]++;
    if (verdict.outcome === 'unknown') continue;
    for (const referenceRequest of requestsWith(keys, { actors: actorsOf(identity), action, keyArn: KEY_ARN })) {
        const due = expectedAnswer(verdict, referenceRequest);
      // Whether somebody of an account is the user or role whom another statement lets in is open: what is named is enough for everybody,
      // and some need less.
      if (due === undefined || !due && verdict.outcome === 'conditional' && subject.arn === undefined) continue;
      assert.equal(due, isAllowed(keyDocument, identityDocuments, referenceRequest),
        `${verdict.outcome} ${verdict.reason}; ${action} by ${referenceRequest.caller.sessionArn ?? referenceRequest.caller.arn}, `
          + JSON.stringify(referenceRequest.context));
    }
  }
}

describe('the decision procedure and AWS\'s evaluation logic (IAM User Guide, reference_policies_evaluation-logic)', () => {
  it('say the same of every request', function () {
    this.timeout(120_000);
    fc.assert(fc.property(policyPairs, checkPair), { numRuns: PROPERTY_RUNS });
    const { allowed, conditional, denied, unknown } = outcomeCounts;
    assert(unknown * 4 < allowed + conditional + denied, 'few verdicts are unknown');
    assert(allowed > 0 && conditional > 0 && denied > 0);
  });
});
