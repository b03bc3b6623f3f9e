import { parseArn, type Arn } from '../aws/arn';
import { containsSymbol, isAccountIdentifier } from '../aws/identifier-comparison';
import { itemsOf, type Member, type ObjectNode, type ScalarNode } from '../syntax/tree';
import { indexCandidates } from './candidate-index';
import type { Principal, PrincipalElement, PrincipalForm } from './policy';
import type { PolicyString } from './policy-string';
import { arnOfPolicyString, isWithoutUnknownCharacters, maskPlaceholders, policyStringOf, readTexts,
  type PolicyReadContext } from './read-policy-string';
import { isMemberAddingFunction } from './template-function';
import { unknownScalar } from './unknown-elements';

/** The parts that a principal's ARN tells. */
type PrincipalFields = Pick<Principal, 'form' | 'arn' | 'account' | 'partition' | 'name' | 'session'>;

const NO_PRINCIPAL_FIELDS: Omit<PrincipalFields, 'form'> = { arn: undefined, account: undefined, partition: undefined, name: undefined,
  session: undefined };

/** Reads `Principal` or, `negated`, `NotPrincipal` of a statement as docs/aws-rules.md 2 has them. */
export function readPrincipal(statement: ObjectNode, member: Member, negated: boolean, context: PolicyReadContext): PrincipalElement {
  const principals = readPrincipalValues(statement, member, context);
  return { negated, member, principals, principalIndex: indexCandidates(principals, marksOfPrincipal) };
}

/**
 * What callers are found by: their account, and roles, of which a policy can name thousands, by their ARN. A role as such, or a session,
 * may be any role of the account (`roles of`). A service has no account, and is looked up among all principals.
 */
export function marksOfPrincipal({ account, form, text }: Principal): readonly (string | undefined)[] {
  if (form === 'service') return [];
  if (account === undefined || containsSymbol(account)) return [undefined];
  return form === 'role' && text.placeholders.length === 0 ? [text.value, `roles of ${account}`] : [account];
}

/** `invalid-principal-key` reports other values than an object or null. */
function readPrincipalValues(statement: ObjectNode, member: Member, context: PolicyReadContext): readonly Principal[] {
  const { value: node } = member;
  const { placeholderValues, malformed } = context;
  if (node?.kind === 'object') {
    const hidden = policyStringOf(node, placeholderValues);
    return hidden ? [principalWithoutKey(hidden)] : node.members.flatMap((principalMember) => {
      const { key } = principalMember;
      if (isMemberAddingFunction(key.value)) return principalWithoutKey(unknownString(key));
      return readTexts(node, principalMember, 'principals', context).map((text) => ({ key, text, ...principalFieldsOf(key, text) }));
    });
  }
  if (node?.kind === 'scalar' && node.type === 'null')
    malformed.push({ kind: 'wrong-type', node, expectedType: 'principal-object', object: statement, member });
  return itemsOf(node).flatMap((item) => {
    const text = policyStringOf(item, placeholderValues, true);
    if (!text) return [];
    // A list in place of the object is not in the grammar, not even ["*"].
    return node?.kind === 'list' ? { ...principalWithoutKey(text), form: 'invalid' } : principalWithoutKey(text);
  });
}

function unknownString({ value: name, span }: ScalarNode): PolicyString {
  const node = unknownScalar(name, span);
  return { node, value: node.value, placeholders: node.placeholders };
}

/** A principal without the object around: `"*"` is the only one that AWS takes. */
function principalWithoutKey(policyString: PolicyString): Principal {
  const form = policyString.value === '*' ? 'anyone' : policyString.placeholders.length > 0 ? 'unknown' : 'invalid';
  return { ...NO_PRINCIPAL_FIELDS, form, key: undefined, text: policyString };
}

function principalFieldsOf(key: ScalarNode, policyString: PolicyString): PrincipalFields {
  if (key.value === 'Service') return { ...NO_PRINCIPAL_FIELDS, form: policyString.value === '*' ? 'invalid' : 'service' };
  if (key.value !== 'AWS') return { ...NO_PRINCIPAL_FIELDS, form: 'invalid' };
  return awsPrincipalFields(policyString);
}

function awsPrincipalFields(policyString: PolicyString): PrincipalFields {
  const { value } = policyString;
  if (value === '*') return { ...NO_PRINCIPAL_FIELDS, form: 'anyone' };
  if (isAccountIdentifier(value)) return { ...NO_PRINCIPAL_FIELDS, form: 'account', account: value };
  const fields = parseArn(maskPlaceholders(policyString));
  const arn = policyString.placeholders.length === 0 ? fields : arnOfPolicyString(policyString);
  if (fields && arn) return arnPrincipalFields(fields, arn);
  if (policyString.placeholders.length > 0) return { ...NO_PRINCIPAL_FIELDS, form: 'unknown' };
  // The unique id that is left of a deleted user or role; 21 characters, a role's may carry a session name.
  if (/^(AIDA[A-Z0-9]{17}|AROA[A-Z0-9]{17}(:.+)?)$/.test(value)) return { ...NO_PRINCIPAL_FIELDS, form: 'unique-id' };
  return { ...NO_PRINCIPAL_FIELDS, form: 'invalid' };
}

/** `fields` is the ARN with its holes masked, `arn` the same as it is written. */
function arnPrincipalFields(fields: Arn, arn: Arn): PrincipalFields {
  const form = principalFormOfArn(fields);
  const { resource } = arn;
  const slash = resource.indexOf('/');
  const rest = slash < 0 ? undefined : resource.slice(slash + 1);
  const sessionAt = form === 'session' && rest !== undefined ? rest.indexOf('/') : -1;
  const hasName = form === 'user' || form === 'role' || form === 'federated-user' || form === 'session' || form === 'invalid' && slash > 0;
  return {
    form, arn,
    account: isAccountIdentifier(fields.account) ? fields.account : undefined,
    partition: isWithoutUnknownCharacters(fields.partition) ? fields.partition : undefined,
    name: hasName ? rest?.slice(0, sessionAt < 0 ? undefined : sessionAt) : undefined,
    session: sessionAt < 0 ? undefined : rest?.slice(sessionAt + 1),
  };
}

function principalFormOfArn(fields: Arn): PrincipalForm {
  const { partition, service, region, account, resource } = fields;
  const isKnown = isWithoutUnknownCharacters(`${service}${resource.split('/')[0] ?? ''}`);
  if (/[*?]/.test(`${partition}${account}${resource}`) || region !== '' && isWithoutUnknownCharacters(region)) return 'invalid';
  if (isWithoutUnknownCharacters(account) && !isAccountIdentifier(account)) return 'invalid';
  if (!isKnown) return 'unknown';
  if (service === 'iam') return principalFormOfIamArn(resource);
  return service === 'sts' ? principalFormOfStsArn(resource) : 'invalid';
}

function principalFormOfIamArn(resource: string): PrincipalForm {
  if (resource === 'root') return 'account';
  if (/^user\/./.test(resource)) return 'user';
  return /^role\/./.test(resource) ? 'role' : 'invalid';
}

/** An assumed-role ARN has no path, and always a session. */
function principalFormOfStsArn(resource: string): PrincipalForm {
  if (/^assumed-role\/[^/]+\/[^/]+$/.test(resource)) return 'session';
  return /^federated-user\/./.test(resource) ? 'federated-user' : 'invalid';
}
