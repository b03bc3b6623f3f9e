import { isAccountId, parseArn, type Arn } from '../aws/arn';
import { itemsOf, type Member, type Node, type ScalarNode } from '../syntax/tree';
import type { Principal, PrincipalElement, PrincipalForm } from './policy';
import { arnOfPolicyString, isWithoutUnknownCharacters, maskPlaceholders, policyStringOf } from './read-policy-string';
import type { PlaceholderValues, PolicyString } from './policy-string';

/** The parts that a principal's ARN tells. */
type PrincipalFields = Pick<Principal, 'form' | 'arn' | 'account' | 'partition' | 'name' | 'session'>;

const NO_PRINCIPAL_FIELDS: Omit<PrincipalFields, 'form'> = { arn: undefined, account: undefined, partition: undefined, name: undefined, session: undefined };

/** Reads `Principal` or `NotPrincipal` as docs/aws-rules.md 2 has them. */
export function readPrincipal(member: Member, negated: boolean, fill: PlaceholderValues | undefined): PrincipalElement {
  return { negated, member, principals: readPrincipalValues(member.value, fill) };
}

function readPrincipalValues(node: Node | undefined, fill: PlaceholderValues | undefined): Principal[] {
  if (!node) return [];
  if (node.kind === 'object') {
    const hidden = policyStringOf(node, fill);
    if (hidden) return [principalWithoutKey(hidden)];
    return node.members.flatMap((member) => principalsOfMember(member, fill));
  }
  const principals: Principal[] = [];
  for (const item of itemsOf(node)) {
    const text = policyStringOf(item, fill, true);
    // A list in place of the object is not in the grammar, not even ["*"].
    if (text) principals.push(node.kind === 'list' ? { ...principalWithoutKey(text), form: 'invalid' } : principalWithoutKey(text));
  }
  return principals;
}

/** A principal without the object around: `"*"` is the only one that AWS takes. */
function principalWithoutKey(text: PolicyString): Principal {
  const form = text.value === '*' ? 'anyone' : text.placeholders.length > 0 ? 'unknown' : 'invalid';
  return { ...NO_PRINCIPAL_FIELDS, form, key: undefined, text };
}

function principalsOfMember(member: Member, fill: PlaceholderValues | undefined): Principal[] {
  const principals: Principal[] = [];
  for (const item of itemsOf(member.value)) {
    // A number is a type error of its own; it is read on as the account id that it is meant to be.
    const text = policyStringOf(item, fill, true);
    if (text) principals.push({ key: member.key, text, ...principalFieldsOf(member.key, text) });
  }
  return principals;
}

function principalFieldsOf(key: ScalarNode, text: PolicyString): PrincipalFields {
  if (key.value === 'Service') return { ...NO_PRINCIPAL_FIELDS, form: text.value === '*' ? 'invalid' : 'service' };
  if (key.value !== 'AWS') return { ...NO_PRINCIPAL_FIELDS, form: 'invalid' };
  return awsPrincipalFields(text);
}

function awsPrincipalFields(text: PolicyString): PrincipalFields {
  const { value } = text;
  if (value === '*') return { ...NO_PRINCIPAL_FIELDS, form: 'anyone' };
  if (isAccountId(value)) return { ...NO_PRINCIPAL_FIELDS, form: 'account', account: value };
  const fields = parseArn(maskPlaceholders(text));
  const arn = text.placeholders.length === 0 ? fields : arnOfPolicyString(text);
  if (fields && arn) return arnPrincipalFields(fields, arn);
  if (text.placeholders.length > 0) return { ...NO_PRINCIPAL_FIELDS, form: 'unknown' };
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
