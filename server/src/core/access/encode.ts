import type { Text } from '../model/text';
import { ANY_ONE, ANY_RUN, UNKNOWN_RUN } from './glob';

/** The value of a policy variable in this request; undefined while it is not known. */
export type Variables = (name: string) => string | undefined;

/** What of a text is special, besides its holes. */
export interface Reading {
  /** `*` and `?` are wildcards. */
  readonly wildcards: boolean;
  /** `${aws:…}` is a variable; undefined where the policy's version or the element does not have them. */
  readonly variables: Variables | undefined;
}

/** A text as a pattern for `matchPattern`: holes and variables without known value become unknown runs. */
export function encodeText(text: Text, reading: Reading): string {
  const { value, holes } = text;
  if (holes.length === 0) return encodeKnown(value, reading);
  let pattern = '';
  let end = 0;
  for (const hole of holes) {
    pattern += encodeKnown(value.slice(end, hole.start), reading) + UNKNOWN_RUN;
    end = hole.end;
  }
  return pattern + encodeKnown(value.slice(end), reading);
}

/** Also as templates write it to keep it for IAM: `$${aws:username}` (Terraform), `${!aws:username}` (CloudFormation). */
const VARIABLE = /\$?\$\{!?([^{}]*)\}/g;

function encodeKnown(value: string, { wildcards, variables }: Reading): string {
  if (!variables || !value.includes('${')) return wildcards ? encodeWildcards(value) : value;
  let pattern = '';
  let end = 0;
  for (const found of value.matchAll(VARIABLE)) {
    const before = value.slice(end, found.index);
    pattern += (wildcards ? encodeWildcards(before) : before) + variableValue(found[1] ?? '', variables);
    end = found.index + found[0].length;
  }
  const rest = value.slice(end);
  return pattern + (wildcards ? encodeWildcards(rest) : rest);
}

/** `${*}`, `${?}` and `${$}` are the characters themselves (IAM User Guide, IAM policy elements: Variables and tags). */
function variableValue(name: string, variables: Variables): string {
  if (name === '*' || name === '?' || name === '$') return name;
  // A default, `${aws:PrincipalTag/team, 'none'}`, applies only when the key is absent, which is not known either.
  return variables(name.trim().toLowerCase()) ?? UNKNOWN_RUN;
}

/** Encodes `*` and `?` as wildcards. */
export function encodeWildcards(text: string): string {
  return text.includes('*') || text.includes('?') ? text.replace(/\*+/g, ANY_RUN).replace(/\?/g, ANY_ONE) : text;
}
