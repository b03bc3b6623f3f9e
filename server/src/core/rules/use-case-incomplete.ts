import { actionNamed, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { parseViaService } from '../aws/services';
import { GRANT_ACTIONS } from '../aws/use-cases';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Policy, Statement } from '../model/policy';
import type { JsonValue, TreeEdit } from '../parse/edit';
import { jsonOf } from '../parse/json-value';
import { memberOf } from '../parse/tree';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { isJudged, isPositive } from './judgements/statements';
import type { Draft, PolicySubject, RuleFor } from './rule';

/** A set of actions that looks like a known use, and lacks what that use needs as soon as it is more than a trial. */
export const useCaseIncomplete: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'use-case-incomplete',
    severity: 'info',
    summary: 'The actions look like a known use of the key that needs one more',
    href: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
    fixable: true,
  },
  *check({ policy: located }) {
    const { policy } = located;
    if (!isJudged(policy)) return;
    for (const statement of policy.statements) {
      if (statement.effect !== 'Allow' || statement.maybe || !statement.action || statement.action.negated || statement.action.unknown) continue;
      yield* uploadWithoutDecrypt(located, statement, statement.action.set);
      yield* cryptoWithoutGrant(located, statement, statement.action.set);
    }
  },
};

const [DECRYPT, ENCRYPT, GENERATE, GENERATE_WITHOUT, CREATE_GRANT] = [
  'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:CreateGrant',
].map((name) => actionNamed(name)?.bit ?? NO_ACTIONS) as [ActionSet, ActionSet, ActionSet, ActionSet, ActionSet];

/** Services that work with a key through grants (docs/aws-rules.md 7.3), with the page that says so. */
const GRANT_SERVICES: ReadonlyMap<string, { readonly name: string; readonly href: string }> = new Map([
  ['ec2', { name: 'Amazon EBS', href: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html' }],
  ['rds', { name: 'Amazon RDS', href: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html' }],
  ['dynamodb', { name: 'Amazon DynamoDB', href: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html' }],
]);

function* uploadWithoutDecrypt(located: LocatedPolicy, statement: Statement, actions: ActionSet): Iterable<Draft> {
  const { policy } = located;
  const { action } = statement;
  if (!action || !has(actions, GENERATE) || has(actions, DECRYPT) || !looksLikeUpload(policy, statement, actions) || allowedElsewhere(policy, statement, DECRYPT)) return;
  const pattern = action.patterns.find(({ set }) => has(set, GENERATE));
  yield {
    at: placeOf(located, pattern?.text.node.span ?? action.member.span),
    message: 'This looks like the permission to upload to Amazon S3: kms:GenerateDataKey is enough for a single PUT, but uploads in several parts (large files) need kms:Decrypt too.',
    fixes: () => [fixPolicy('Add kms:Decrypt', located, [{ edit: 'append', member: action.member, value: 'kms:Decrypt' }])],
  };
}

/**
 * The statement says S3, or an identity policy writes to S3, or it has what is meant for writing (Encrypt and GenerateDataKey)
 * and says no service.
 */
function looksLikeUpload(policy: Policy, statement: Statement, actions: ActionSet): boolean {
  const services = viaServices(statement);
  if (services.length > 0) return services.includes('s3');
  if (policy.kind !== 'identity' || policy.fragment) return false;
  return has(actions, ENCRYPT) || policy.statements.some((other) => other.effect === 'Allow'
    && (other.action?.patterns.some(({ text }) => /^s3:(PutObject|Put\*)/i.test(text.value)) ?? false));
}

function* cryptoWithoutGrant(located: LocatedPolicy, statement: Statement, actions: ActionSet): Iterable<Draft> {
  const { policy } = located;
  const { action } = statement;
  if (statement.conditions.length === 0) return;
  const service = viaServices(statement).map((name) => GRANT_SERVICES.get(name)).find((known) => known !== undefined);
  // In a fragment the statement for grants may stand elsewhere.
  if (!action || !service || policy.fragment || allowedElsewhere(policy, statement, CREATE_GRANT)) return;
  if (!has(actions, DECRYPT) || !has(actions, GENERATE) && !has(actions, GENERATE_WITHOUT)) return;
  const value = action.member.value ?? action.member.key;
  yield {
    at: placeOf(located, value.span),
    href: service.href,
    message: `${service.name} works with a key through grants: besides these actions it needs kms:CreateGrant, limited to AWS services by kms:GrantIsForAWSResource.`,
    fixes: () => grantStatement(located, statement),
  };
}

function grantStatement(located: LocatedPolicy, statement: Statement): readonly Fix[] {
  const { statementMember } = located.policy;
  const principal = plainValue(statement, 'Principal');
  const resource = plainValue(statement, 'Resource');
  if (!statementMember || resource === undefined || located.policy.kind === 'key' && principal === undefined) return [];
  const value: JsonValue = {
    Effect: 'Allow',
    ...(principal === undefined ? {} : { Principal: principal }),
    Action: GRANT_ACTIONS,
    Resource: resource,
    Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  };
  const edit: TreeEdit = { edit: 'append', member: statementMember, value };
  return [fixPolicy('Add a statement for grants of AWS services', located, [edit])];
}

/** The member's value as it stands. */
function plainValue(statement: Statement, name: string): JsonValue | undefined {
  const value = memberOf(statement.node, name)?.value;
  return value && jsonOf(value);
}

function viaServices(statement: Statement): readonly string[] {
  if (statement.conditions.length === 0) return [];
  return statement.conditions
    .filter((condition) => condition.keyLower === 'kms:viaservice' && isPositive(condition))
    .flatMap((condition) => condition.values)
    .flatMap(({ value }) => parseViaService(value)?.service ?? /^([a-z0-9-]+)\./.exec(value)?.[1] ?? []);
}

/** In a key policy only what others give to the same principals counts: the owner's statement is for nobody of another account. */
function allowedElsewhere(policy: Policy, statement: Statement, action: ActionSet): boolean {
  return policy.statements.some((other) => other.effect === 'Allow' && other.action !== undefined
    && (has(other.action.set, action) || other.action.unknown) && (policy.kind !== 'key' || isForSome(other, statement)));
}

function isForSome({ principal: given }: Statement, { principal: asked }: Statement): boolean {
  if (!given || !asked || given.negated || asked.negated) return true;
  return asked.principals.some((one) => one.form === 'anyone' || given.principals.some((other) => other.form === 'anyone'
    || other.text.value === one.text.value || other.form === 'account' && other.account !== undefined && other.account === one.account
    || other.text.holes.length > 0 || one.text.holes.length > 0));
}

function has(set: ActionSet, action: ActionSet): boolean {
  return (set & action) !== NO_ACTIONS;
}
