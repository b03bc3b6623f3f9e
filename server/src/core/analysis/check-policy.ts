import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { PrincipalElement, Statement } from '../policy/policy';
import { hasUnusualCharacter } from '../rules/shared/forbidden-characters';
import { faultyValues } from '../rules/shared/faulty-values';
import { kmsConditions, resolveCondition } from '../rules/shared/kms-conditions';
import { isKmsPolicy } from '../rules/shared/kms-statements';
import { principalProblem } from '../rules/shared/principal-form';
import type { PartCheck, PolicySubject, Rule, RuleChecks } from '../rules/rule';

/** For each kind of check the rules that have it, so that no rule is called without need. Made once for a list of checks. */
export type ChecksByKind = { readonly [Kind in CheckKind]: ChecksOfKind<Kind> };

type CheckKind = Exclude<keyof RuleChecks, 'pairReasons'>;

type ChecksOfKind<Kind extends CheckKind> = readonly (readonly [Rule, NonNullable<RuleChecks[Kind]>])[];

/** Runs a check of a rule on a part of a policy; the part of a check of the whole policy is the subject. */
export type RunCheck = <Part>(rule: Rule, check: PartCheck<Part>, part: Part, subject: PolicySubject) => void;

export function checksByKind(rules: readonly Rule[]): ChecksByKind {
  const checksOf = <Kind extends CheckKind>(kind: Kind): ChecksOfKind<Kind> => rules.flatMap((rule) => {
    const check: RuleChecks[Kind] = rule.check[kind];
    return check ? [[rule, check] as const] : [];
  });
  return {
    file: checksOf('file'), pair: checksOf('pair'), key: checksOf('key'), identity: checksOf('identity'), world: checksOf('world'),
    anyPolicy: checksOf('anyPolicy'), otherPolicy: checksOf('otherPolicy'), malformed: checksOf('malformed'),
    malformedInKmsPolicy: checksOf('malformedInKmsPolicy'), policyWithUnusualCharacters: checksOf('policyWithUnusualCharacters'),
    kmsPolicy: checksOf('kmsPolicy'), keyPolicy: checksOf('keyPolicy'), identityPolicy: checksOf('identityPolicy'),
    statement: checksOf('statement'), keyPolicyStatement: checksOf('keyPolicyStatement'),
    identityPolicyStatement: checksOf('identityPolicyStatement'), servicePrincipal: checksOf('servicePrincipal'),
    reservedRole: checksOf('reservedRole'), rejectedPrincipal: checksOf('rejectedPrincipal'), condition: checksOf('condition'),
    resolvedCondition: checksOf('resolvedCondition'),
    faultyValue: checksOf('faultyValue'),
  };
}

/** Walks a policy once and runs the checks of all rules that look at one of its parts. */
export function checkPolicy(checks: ChecksByKind, subject: PolicySubject, run: RunCheck): void {
  const { policy } = subject.policy;
  const checkPart = <Part>(partChecks: readonly (readonly [Rule, PartCheck<Part>])[], part: Part): void => {
    for (const [rule, check] of partChecks) run(rule, check, part, subject);
  };
  const checkPrincipals = (statement: Statement, element: PrincipalElement): void => {
    for (const principal of element.principals) {
      const problem = principalProblem(principal);
      if (isReservedRoleName(principal.name)) checkPart(checks.reservedRole, { statement, element, principal });
      if (principal.key?.value === 'Service') checkPart(checks.servicePrincipal, { statement, element, principal });
      if (problem && !statement.isSkeleton) checkPart(checks.rejectedPrincipal, { statement, element, principal, problem });
    }
  };
  checkPart(checks.anyPolicy, subject);
  for (const element of policy.malformed) checkPart(checks.malformed, element);
  if (policy.kind !== 'key' && policy.kind !== 'identity') checkPart(checks.otherPolicy, subject);
  if (!isKmsPolicy(policy)) return;
  const isKeyPolicy = policy.kind === 'key';
  for (const element of policy.malformed) checkPart(checks.malformedInKmsPolicy, element);
  if (hasUnusualCharacter(sourceTextOf(subject.policy))) checkPart(checks.policyWithUnusualCharacters, subject);
  checkPart(checks.kmsPolicy, subject);
  checkPart(isKeyPolicy ? checks.keyPolicy : checks.identityPolicy, subject);
  for (const statement of policy.statements) {
    checkPart(checks.statement, statement);
    checkPart(isKeyPolicy ? checks.keyPolicyStatement : checks.identityPolicyStatement, statement);
    if (isKeyPolicy && statement.principal) checkPrincipals(statement, statement.principal);
    for (const condition of kmsConditions(statement, policy.kind)) {
      checkPart(checks.condition, { statement, condition });
      const resolvedCondition = resolveCondition({ statement, condition });
      if (resolvedCondition) checkPart(checks.resolvedCondition, resolvedCondition);
    }
    for (const value of faultyValues(statement, policy.kind)) checkPart(checks.faultyValue, value);
  }
}

/** The text of the document, or of the statements of a fragment with what stands between them. */
function sourceTextOf({ policy: { node, statements, isFragment }, layer }: DiscoveredPolicy): string {
  return layer.text.slice(node.span.start, isFragment ? statements.at(-1)?.node.span.end : node.span.end);
}

/** The path `aws-reserved/…` or `aws-service-role/…`, or a name that only roles in these paths have. */
function isReservedRoleName(name: string | undefined): boolean {
  return name !== undefined && /^(aws-|AWSReservedSSO_|AWSServiceRoleFor)/.test(name);
}
