import { actionNamed } from '../../aws/actions';
import { isAccountId, parseArn } from '../../aws/arn';
import { isAliasName } from '../../aws/key-arn';
import { PRINCIPAL_TYPES } from '../../aws/principal-types';
import { regionNamed } from '../../aws/regions';
import { parseViaService } from '../../aws/services';
import type { Condition } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import { isAccountIdCondition } from '../name-references';
import { accountCard, identityCard, keyCard, regionLine } from './cards';
import type { HoverContext } from './hover-context';
import { afterColon, code, line, list, codeNames, paragraph, strong, type Block } from './rich-text';

/** What a value of a condition is: an account, a Region, an ARN, a service, an operation. Nothing for plain text. */
export function valueHover(context: HoverContext, condition: Condition, { value, placeholders }: PolicyString): readonly Block[] {
  const { keyLower } = condition;
  if (placeholders.length > 0) return [];
  if (keyLower === 'kms:grantoperations') return grantOperationHover(value);
  if (keyLower === 'kms:viaservice') return viaServiceHover(value);
  if (keyLower === 'kms:requestalias' || keyLower === 'kms:resourcealiases') return aliasValueHover(context, value);
  if (keyLower === 'aws:principaltype') return principalTypeHover(value);
  return isAccountId(value) && !isAccountIdCondition(condition) ? [] : nameHover(context, value);
}

/** What the name of an account, organization, key, identity or Region means, wherever it stands. */
export function nameHover(context: HoverContext, value: string): readonly Block[] {
  if (isAccountId(value)) return accountCard(context, value);
  const { world } = context;
  const members = world.organizations.get(value);
  if (members) return [...paragraph(strong(`Organization ${value}`)), ...list(line`Declared accounts: ${codeNames(members)}`)];
  const keys = world.keysByArn.get(value) ?? [];
  if (keys.length > 0) return keys.flatMap((key) => keyCard(context, key));
  const identity = world.identities.find(({ arn }) => arn === value);
  if (identity) return identityCard(context, identity);
  const arn = parseArn(value);
  if (arn?.service === 'iam' && arn.resource === 'root' && isAccountId(arn.account)) return accountCard(context, arn.account);
  return regionNamed(value) ? paragraph(strong('Region'), ' ', regionLine(value)) : [];
}

function grantOperationHover(value: string): readonly Block[] {
  const action = actionNamed(`kms:${value}`);
  return action ? paragraph(line`${strong(value)}: ${afterColon(action.description)}`) : [];
}

function principalTypeHover(value: string): readonly Block[] {
  const description = PRINCIPAL_TYPES.get(value);
  return description === undefined ? [] : paragraph(line`${strong(value)}: ${description}`);
}

function viaServiceHover(value: string): readonly Block[] {
  const parsed = parseViaService(value);
  if (!parsed) return [];
  const regionText = parsed.region === '*' ? line`in every Region` : line`in ${regionLine(parsed.region)}`;
  return paragraph(
    line`${strong(value)}: requests that the service ${code(parsed.service)} sends, ${regionText}, with the rights of the caller.`);
}

function aliasValueHover(context: HoverContext, value: string): readonly Block[] {
  if (!isAliasName(value)) return [];
  const keys = context.world.keys.filter(({ aliases }) => aliases.includes(value));
  if (keys.length === 0) return paragraph(line`${strong(value)}: the workspace knows no key of this alias.`);
  return keys.slice(0, 3).flatMap((key) => keyCard(context, key));
}
