import type { PolicyString } from '../policy/policy-string';
import { WILDCARD_ANY_CHARACTER, WILDCARD_ANY_CHARACTERS, UNKNOWN_CHARACTERS, UNKNOWN_FIELD } from './pattern-matching';

/** The value of a policy variable in this request; undefined while it is not known. */
export type PolicyVariableValues = (name: string) => string | undefined;

/** What of a text is special, besides its holes. */
export interface PatternSyntax {
  /** `*` and `?` are wildcards. */
  readonly hasWildcards: boolean;
  /** `${aws:…}` is a variable; undefined where the policy's version or the element does not have them. */
  readonly variableValues: PolicyVariableValues | undefined;
}

/** A text as a pattern for `matchPattern`: holes and variables without known value become unknown runs. */
export function encodePattern(policyString: PolicyString, patternSyntax: PatternSyntax): string {
  const { value, placeholders } = policyString;
  if (placeholders.length === 0) return encodeLiteralPiece(value, patternSyntax);
  let pattern = '';
  let end = 0;
  for (const placeholder of placeholders) {
    pattern += encodeLiteralPiece(value.slice(end, placeholder.start), patternSyntax) + UNKNOWN_CHARACTERS;
    end = placeholder.end;
  }
  return pattern + encodeLiteralPiece(value.slice(end), patternSyntax);
}

/** Also as templates write it to keep it for IAM: `$${aws:username}` (Terraform), `${!aws:username}` (CloudFormation). */
const POLICY_VARIABLE_REFERENCE = /\$?\$\{!?([^{}]*)\}/g;

function encodeLiteralPiece(value: string, { hasWildcards, variableValues }: PatternSyntax): string {
  if (!variableValues || !value.includes('${')) return hasWildcards ? encodeWildcards(value) : value;
  let pattern = '';
  let end = 0;
  for (const reference of value.matchAll(POLICY_VARIABLE_REFERENCE)) {
    const before = value.slice(end, reference.index);
    pattern += (hasWildcards ? encodeWildcards(before) : before) + encodePolicyVariable(reference[1] ?? '', variableValues);
    end = reference.index + reference[0].length;
  }
  const rest = value.slice(end);
  return pattern + (hasWildcards ? encodeWildcards(rest) : rest);
}

/** `${*}`, `${?}` and `${$}` are the characters themselves (IAM User Guide, IAM policy elements: Variables and tags). */
function encodePolicyVariable(name: string, policyVariableValues: PolicyVariableValues): string {
  if (name === '*' || name === '?' || name === '$') return name;
  // A default, `${aws:PrincipalTag/team, 'none'}`, applies only when the key is absent, which is not known either.
  return policyVariableValues(name.trim().toLowerCase()) ?? UNKNOWN_CHARACTERS;
}

/** Encodes `*` and `?` as wildcards. */
export function encodeWildcards(text: string): string {
  return text.includes('*') || text.includes('?')
    ? text.replace(/\*+/g, WILDCARD_ANY_CHARACTERS).replace(/\?/g, WILDCARD_ANY_CHARACTER)
    : text;
}

/** An identifier or ARN as a subject for `matchPattern`: unknown where it is missing. */
export function encodeIdentifier(identifier: string | undefined): string {
  return identifier ?? UNKNOWN_FIELD;
}
