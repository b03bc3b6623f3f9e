import type { PolicyString } from '../policy/policy-string';
import { WILDCARD_ANY_CHARACTER, WILDCARD_ANY_CHARACTERS, UNKNOWN_CHARACTERS } from './pattern-matching';

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
export function encodePattern(text: PolicyString, reading: PatternSyntax): string {
  const { value, placeholders: holes } = text;
  if (holes.length === 0) return encodeLiteralPiece(value, reading);
  let pattern = '';
  let end = 0;
  for (const hole of holes) {
    pattern += encodeLiteralPiece(value.slice(end, hole.start), reading) + UNKNOWN_CHARACTERS;
    end = hole.end;
  }
  return pattern + encodeLiteralPiece(value.slice(end), reading);
}

/** Also as templates write it to keep it for IAM: `$${aws:username}` (Terraform), `${!aws:username}` (CloudFormation). */
const POLICY_VARIABLE_REFERENCE = /\$?\$\{!?([^{}]*)\}/g;

function encodeLiteralPiece(value: string, { hasWildcards: wildcards, variableValues: variables }: PatternSyntax): string {
  if (!variables || !value.includes('${')) return wildcards ? encodeWildcards(value) : value;
  let pattern = '';
  let end = 0;
  for (const found of value.matchAll(POLICY_VARIABLE_REFERENCE)) {
    const before = value.slice(end, found.index);
    pattern += (wildcards ? encodeWildcards(before) : before) + encodePolicyVariable(found[1] ?? '', variables);
    end = found.index + found[0].length;
  }
  const rest = value.slice(end);
  return pattern + (wildcards ? encodeWildcards(rest) : rest);
}

/** `${*}`, `${?}` and `${$}` are the characters themselves (IAM User Guide, IAM policy elements: Variables and tags). */
function encodePolicyVariable(name: string, variables: PolicyVariableValues): string {
  if (name === '*' || name === '?' || name === '$') return name;
  // A default, `${aws:PrincipalTag/team, 'none'}`, applies only when the key is absent, which is not known either.
  return variables(name.trim().toLowerCase()) ?? UNKNOWN_CHARACTERS;
}

/** Encodes `*` and `?` as wildcards. */
export function encodeWildcards(text: string): string {
  return text.includes('*') || text.includes('?') ? text.replace(/\*+/g, WILDCARD_ANY_CHARACTERS).replace(/\?/g, WILDCARD_ANY_CHARACTER) : text;
}
