import { isAccountId, parseArn, type Arn } from '../aws/arn';
import { itemsOf, type Member, type Node, type ScalarNode } from '../syntax/tree';
import type { Principal, PrincipalElement, PrincipalForm } from './policy';
import { arnOfPolicyString, isWithoutUnknownCharacters, maskPlaceholders, policyStringOf } from './read-policy-string';
import type { PlaceholderValues, PolicyString } from './policy-string';

/** The parts that a principal's ARN tells. */
type PrincipalFields = Pick<Principal, 'form' | 'arn' | 'account' | 'partition' | 'name' | 'session'>;

const NO_PRINCIPAL_FIELDS: Omit<PrincipalFields, 'form'> = { arn: undefined, account: undefined, partition: undefined, name: undefined,
  session: undefined };

/** Reads `Principal` or `NotPrincipal` as docs/aws-rules.md 2 has them. */
export function readPrincipal(member: Member, negated: boolean, placeholderValues: PlaceholderValues | undefined): PrincipalElement {
  return { negated, member, principals: readPrincipalValues(member.value, placeholderValues) };
}

function readPrincipalValues(node: Node | undefined, placeholderValues: PlaceholderValues | undefined): Principal[] {
  if (!node) return [];
  if (node.kind === 'object') {
    const hidden = policyStringOf(node, placeholderValues);
    if (hidden) return [principalWithoutKey(hidden)];
    return node.members.flatMap((member) => principalsOfMember(member, placeholderValues));
  }
  const principals: Principal[] = [];
  for (const item of itemsOf(node)) {
    const policyString = policyStringOf(item, placeholderValues, true);
    // A list in place of the object is not in the grammar, not even ["*"].
    if (policyString)
      principals.push(node.kind === 'list' ? { ...principalWithoutKey(policyString), form: 'invalid' } : principalWithoutKey(policyString));
  }
  return principals;
}

/** A principal without the object around: `"*"` is the only one that AWS takes. */
function principalWithoutKey(policyString: PolicyString): Principal {
  const form = policyString.value === '*' ? 'anyone' : policyString.placeholders.length > 0 ? 'unknown' : 'invalid';
  return { ...NO_PRINCIPAL_FIELDS, form, key: undefined, text: policyString };
}

function principalsOfMember(member: Member, placeholderValues: PlaceholderValues | undefined): Principal[] {
  const principals: Principal[] = [];
  for (const item of itemsOf(member.value)) {
    // A number is a type error of its own; it is read on as the account id that it is meant to be.
    const policyString = policyStringOf(item, placeholderValues, true);
    if (policyString) principals.push({ key: member.key, text: policyString, ...principalFieldsOf(member.key, policyString) });
  }
  return principals;
}

function principalFieldsOf(key: ScalarNode, policyString: PolicyString): PrincipalFields {
  if (key.value === 'Service') return { ...NO_PRINCIPAL_FIELDS, form: policyString.value === '*' ? 'invalid' : 'service' };
  if (key.value !== 'AWS') return { ...NO_PRINCIPAL_FIELDS, form: 'invalid' };
  return awsPrincipalFields(policyString);
}

function awsPrincipalFields(policyString: PolicyString): PrincipalFields {
  const { value } = policyString;
  if (value === '*') return { ...NO_PRINCIPAL_FIELDS, form: 'anyone' };
  if (isAccountId(value)) return { ...NO_PRINCIPAL_FIELDS, form: 'account', account: value };
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
  const named = form === 'user' || form === 'role' || form === 'federated-user' || form === 'session' || form === 'invalid' && slash > 0;
  return {
    form, arn,
    account: isAccountId(fields.account) ? fields.account : undefined,
    partition: isWithoutUnknownCharacters(fields.partition) ? fields.partition : undefined,
    name: named ? rest?.slice(0, sessionAt < 0 ? undefined : sessionAt) : undefined,
    session: sessionAt < 0 ? undefined : rest?.slice(sessionAt + 1),
  };
}

function principalFormOfArn(fields: Arn): PrincipalForm {
  const { partition, service, region, account, resource } = fields;
  const known = isWithoutUnknownCharacters(`${service}${resource.split('/')[0] ?? ''}`);
  if (/[*?]/.test(`${partition}${account}${resource}`) || region !== '' && isWithoutUnknownCharacters(region)) return 'invalid';
  if (isWithoutUnknownCharacters(account) && !isAccountId(account)) return 'invalid';
  if (!known) return 'unknown';
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
