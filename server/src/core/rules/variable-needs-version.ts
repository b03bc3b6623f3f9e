import { conditionKeyNamed } from '../aws/condition-keys';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import type { Text } from '../model/text';
import { memberOf, valueSpan } from '../parse/tree';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { hasVariable, mayBeAboutKeys } from './judgements/conditions';
import { isSkeleton } from './judgements/skeleton';
import { isJudged } from './judgements/statements';
import type { Draft, PolicySubject, RuleFor } from './rule';

/** `${aws:username}` where AWS takes it for these very characters. */
export const variableNeedsVersion: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'variable-needs-version',
    severity: 'warning',
    summary: 'A policy variable stands where AWS does not fill it in',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html',
    fixable: true,
  },
  *check({ policy: located }) {
    const { policy } = located;
    for (const statement of policy.statements) {
      if (!mayBeAboutKeys(statement) || !mayHaveVariables(statement) || isSkeleton(statement) || !isJudged(policy)) continue;
      for (const text of withoutVariables(statement)) yield* judge(located, text, 'Principal and Action take no policy variables');
      for (const text of withVariables(statement)) {
        if (!policy.variables) yield* judge(located, text, `Without "Version": "2012-10-17" a policy has no variables`, () => setVersion(located));
        else yield* judge(located, text, 'A key with several values in a request cannot be a variable', undefined, true);
      }
    }
  },
};

/** Most statements have none: this one look settles them. */
function mayHaveVariables({ principal, action, resource, conditions }: Statement): boolean {
  const has = ({ text }: { readonly text: Text }): boolean => hasVariable(text.value);
  return principal?.principals.some(has) || action?.patterns.some((pattern) => pattern.service !== 'other' && has(pattern)) || resource?.patterns.some(has)
    || conditions.some(({ values }) => values.some(({ value }) => hasVariable(value)));
}

function withoutVariables({ principal, action }: Statement): Text[] {
  return [...principal?.principals ?? [], ...(action?.patterns ?? []).filter(({ service }) => service !== 'other')].map(({ text }) => text);
}

function withVariables({ resource, conditions }: Statement): Text[] {
  return [...(resource?.patterns ?? []).map(({ text }) => text), ...conditions.flatMap(({ values }) => values)];
}

/** `${aws:username}`, with a default `${aws:PrincipalTag/team, 'none'}`, and the characters `${*}`, `${?}`, `${$}`. */
const VARIABLE = /(?<!\$)\$\{\s*([*?$]|[A-Za-z][\w.-]*:[\w/][^},]*)(?:,\s*'[^']*'\s*)?\}/g;

function* judge(located: LocatedPolicy, text: Text, reason: string, fixes: () => Fix[] = () => [], onlyLists = false): Iterable<Draft> {
  if (!text.value.includes('${')) return;
  for (const found of text.value.matchAll(VARIABLE)) {
    if (text.holes.some((hole) => hole.start <= found.index && found.index < hole.end)) continue;
    if (onlyLists && conditionKeyNamed((found[1] ?? '').trim())?.multiValued !== true) continue;
    const filled = text.value !== text.node.value;
    yield {
      at: placeOf(located, filled ? text.node.content : valueSpan(text.node, found.index, found.index + found[0].length)),
      message: `${reason}: AWS takes ${found[0]} for these very characters, which match nothing.`,
      fixes,
    };
  }
}

function setVersion(located: LocatedPolicy): Fix[] {
  const { node, version } = located.policy;
  // What another version would mean is said elsewhere; as a template's value it is not here to change.
  if (version && (version.value !== '2008-10-17' || version.value !== version.node.value)) return [];
  const first = node.members[0];
  if (!first) return [];
  const known = memberOf(node, 'Version');
  return [fixPolicy('Set "Version" to "2012-10-17"', located, [
    known?.value ? { edit: 'replace', node: known.value, value: '2012-10-17' } : { edit: 'set-member', object: node, name: 'Version', value: '2012-10-17' },
  ], { preferred: true })];
}
