import { CREATE_GRANT } from '../generate/grant-permissions';
import { matchGlob } from '../access/pattern-matching';
import { expandAction, NO_ACTIONS, unionOfActions, actionSetOf, type ActionName, type ActionSet } from '../aws/actions';
import { GRANT_SERVICES, type GrantService } from '../aws/grant-services';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { parseViaService } from '../aws/services';
import { GRANT_ACTIONS } from '../aws/use-cases';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { mayAllow, type ActionElement, type ActionPattern, type Policy, type Statement } from '../policy/policy';
import type { JsonValue } from '../syntax/tree-edit';
import { nodeToJson } from '../syntax/canonical-value';
import { memberOf } from '../syntax/tree';
import type { Identity } from '../linking/entities';
import { fixPolicy, type Fix } from './shared/fix';
import { verdictGroupsWithReasons } from './shared/key-access-requests';
import { requiresConditionValue } from './shared/kms-conditions';
import { VIA_SERVICE_KEY } from './shared/via-service';
import type { FindingDraft, PairSubject, Rule } from './rule';

export const useCaseIncomplete: Rule = {
  code: 'use-case-incomplete',
  severity: 'info',
  summary: 'The actions look like a known use of the key that needs one more',
  href: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
  check: {
    *kmsPolicy({ policy: located }) {
      const { policy } = located;
      for (const statement of policy.statements) {
        const { effect, isMaybe, action } = statement;
        if (effect !== 'Allow' || isMaybe || !action || action.negated || action.hasPlaceholder) continue;
        yield* uploadWithoutDecrypt(located, statement, action);
        yield* cryptoWithoutGrant(located, statement, action);
      }
    },
    /**
     * The same where actions of another service in an IAM policy show the use. The pair with the key shows what else may allow the missing
     * action.
     */
    *pair(pair) {
      const { identity, usableActions } = pair;
      if (coversAction(usableActions, CREATE_GRANT)) return;
      // Statements with kms:ViaService are left to the policy rule.
      const requests = pair.requests.filter(({ statement, specificity, appliesForCertain }) =>
        specificity === 'key' && appliesForCertain && viaServices(statement).length === 0);
      if (requests.length === 0 || pair.memoize(allowsCreateGrant, identity)) return;
      for (const located of new Set(requests.map(({ policy }) => policy))) {
        const uses = requests.filter(({ policy }) => policy === located);
        const data = uses.find(({ actions }) => coversAction(actions, GENERATE_DATA_KEYS));
        const use = pair.memoize(findGrantUse, located.policy);
        if (!data?.statement.action || !use || located.policy.isFragment || !uses.some(({ actions }) => coversAction(actions, DECRYPT)))
          continue;
        const { action } = data.statement;
        const { service, pattern } = use;
        yield {
          at: locationInFile(located, (action.member.value ?? action.member.key).span),
          href: service.href,
          message: `kms:CreateGrant is missing for ${pattern.text.value}: it uses ${service.name}, which works with a key through grants. `
            + 'Limit the action to AWS services by kms:GrantIsForAWSResource.',
          related: [{ at: locationInFile(located, pattern.text.node.span), message: `This action uses ${service.name}.` }],
          // The link only shows what else may allow the action.
          dependsOnLinks: [],
          fixes: () => grantStatementFixes(located, data.statement, grantActionsOfKeyPolicy(pair)),
        };
      }
    },
  },
};

/** The grant actions that only the IAM policy lacks; none where the key policy does not allow kms:CreateGrant. */
function grantActionsOfKeyPolicy({ key, verdicts }: PairSubject): readonly ActionName[] {
  if (!key.policy) return GRANT_ACTIONS;
  const missing = unionOfActions(verdictGroupsWithReasons(verdicts, ['identity-policy-missing']));
  return coversAction(missing, CREATE_GRANT) ? GRANT_ACTIONS.filter((name) => coversAction(missing, expandAction(name))) : [];
}

interface GrantServiceUse {
  readonly service: GrantService;
  readonly pattern: ActionPattern;
}

function findGrantUse({ statements }: Policy): GrantServiceUse | undefined {
  for (const { effect, isMaybe, action } of statements) {
    if (effect !== 'Allow' || isMaybe || !action || action.negated) continue;
    for (const pattern of action.patterns) {
      const service = grantServiceOf(pattern.text.value);
      if (service) return { service, pattern };
    }
  }
  return undefined;
}

/** The service whose actions that use a key the value of `Action` covers. `ec2:*` does not count, as it is not meant for these. */
function grantServiceOf(value: string): GrantService | undefined {
  const [prefix = '', name = ''] = value.toLowerCase().split(':');
  if (/^[*?]*$/.test(name)) return undefined;
  const service = GRANT_SERVICES.get(prefix);
  return service?.actions.some((action) => matchGlob(`${prefix}:${name}`, action.toLowerCase())) ? service : undefined;
}

const DECRYPT = expandAction('kms:Decrypt');
const ENCRYPT = expandAction('kms:Encrypt');
const GENERATE = expandAction('kms:GenerateDataKey');
const GENERATE_DATA_KEYS = actionSetOf(['kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext']);

function* uploadWithoutDecrypt(located: DiscoveredPolicy, statement: Statement, action: ActionElement): Iterable<FindingDraft> {
  const { policy } = located;
  const { actionSet: actions } = action;
  if (!coversAction(actions, GENERATE) || coversAction(actions, DECRYPT)) return;
  if (!looksLikeUpload(policy, statement, actions) || allowedElsewhere(policy, statement, DECRYPT)) return;
  const pattern = action.patterns.find(({ actionSet }) => coversAction(actionSet, GENERATE));
  yield {
    at: locationInFile(located, pattern?.text.node.span ?? action.member.span),
    message: 'kms:Decrypt is missing for uploads to Amazon S3 in several parts (large files), which this looks like: '
      + 'kms:GenerateDataKey is enough for a single PUT only.',
    fixes: () => [fixPolicy('Add kms:Decrypt', located, [{ edit: 'append', member: action.member, value: 'kms:Decrypt' }])],
  };
}

/** Whether the statement is for S3, or for no service and in an identity policy that writes to S3 or with the actions for writing. */
function looksLikeUpload(policy: Policy, statement: Statement, actions: ActionSet): boolean {
  const services = viaServices(statement);
  if (services.length > 0) return services.includes('s3');
  if (policy.kind !== 'identity' || policy.isFragment) return false;
  return coversAction(actions, ENCRYPT) || policy.statements.some((other) => other.effect === 'Allow'
    && other.action?.patterns.some(({ text }) => /^s3:(PutObject|Put\*)/i.test(text.value)) === true);
}

function* cryptoWithoutGrant(located: DiscoveredPolicy, statement: Statement, action: ActionElement): Iterable<FindingDraft> {
  const { policy } = located;
  const { actionSet: actions } = action;
  const service = viaServices(statement).map((name) => GRANT_SERVICES.get(name)).find((grantService) => grantService !== undefined);
  // The rest of a fragment may contain the statement for grants.
  if (!service || policy.isFragment || allowedElsewhere(policy, statement, CREATE_GRANT)) return;
  if (!coversAction(actions, DECRYPT) || !coversAction(actions, GENERATE_DATA_KEYS)) return;
  yield {
    at: locationInFile(located, (action.member.value ?? action.member.key).span),
    href: service.href,
    message: `kms:CreateGrant is missing for ${service.name}, which works with a key through grants. `
      + 'Limit the action to AWS services by kms:GrantIsForAWSResource.',
    fixes: () => grantStatementFixes(located, statement),
  };
}

function grantStatementFixes(located: DiscoveredPolicy, { node }: Statement, actions = GRANT_ACTIONS): readonly Fix[] {
  const { statementMember, kind } = located.policy;
  const principal = memberOf(node, 'Principal')?.value;
  const resource = memberOf(node, 'Resource')?.value;
  if (!statementMember || !resource || actions.length === 0 || kind === 'key' && !principal) return [];
  const value: JsonValue = {
    Effect: 'Allow',
    ...principal ? { Principal: nodeToJson(principal) } : {},
    Action: actions,
    Resource: nodeToJson(resource),
    Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  };
  return [fixPolicy('Add a statement for grants of AWS services', located, [{ edit: 'append', member: statementMember, value }])];
}

function viaServices(statement: Statement): readonly string[] {
  return statement.conditions
    .filter((condition) => condition.keyLower === VIA_SERVICE_KEY && requiresConditionValue(condition))
    .flatMap((condition) => condition.values)
    .flatMap(({ value }) => parseViaService(value)?.service ?? /^([a-z0-9-]+)\./.exec(value)?.[1] ?? []);
}

/** Whether another statement may allow the action, in a key policy to the same principals. */
function allowedElsewhere(policy: Policy, statement: Statement, action: ActionSet): boolean {
  return policy.statements.some((other) => mayAllowAction(other, action) && (policy.kind !== 'key' || sharesPrincipal(other, statement)));
}

function mayAllowAction(statement: Statement, actions: ActionSet): boolean {
  const { action } = statement;
  return mayAllow(statement) && action !== undefined && (coversAction(action.actionSet, actions) || action.hasPlaceholder);
}

/** Whether a statement of a policy allows or may allow kms:CreateGrant, on whatever key. */
function allowsCreateGrant(identity: Identity): boolean {
  return identity.policies.some(({ policy }) => policy.statements.some((statement) => mayAllowAction(statement, CREATE_GRANT)));
}

function sharesPrincipal({ principal: first }: Statement, { principal: second }: Statement): boolean {
  if (!first || !second || first.negated || second.negated) return true;
  return second.principals.some((principal) =>
    principal.form === 'anyone' || first.principals.some((other) =>
      other.form === 'anyone'
      || other.text.value === principal.text.value
      || other.form === 'account' && compareIdentifiers(other.account, principal.account) === 'same'
      || other.text.placeholders.length > 0 || principal.text.placeholders.length > 0));
}

function coversAction(set: ActionSet, action: ActionSet): boolean {
  return (set & action) !== NO_ACTIONS;
}
