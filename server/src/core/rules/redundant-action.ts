import { encodeWildcards } from '../access/pattern-encoding';
import { matchPattern, UNKNOWN_CHARACTERS } from '../access/pattern-matching';
import { NO_ACTIONS } from '../aws/actions';
import { locationInFile } from '../discovery/discovery-result';
import type { ActionElement, ActionPattern } from '../policy/policy';
import { fixPolicy } from './shared/fix';
import type { Rule } from './rule';

export const redundantAction: Rule = {
  code: 'redundant-action',
  severity: 'hint',
  summary: 'Another value of the statement covers the action already',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html',
  check: {
    *statement({ action }, { policy: located }) {
      if (!action || !hasOverlap(action)) return;
      for (const [pattern, cover] of redundantPairs(action)) {
        const { node, value } = pattern.text;
        yield {
          at: locationInFile(located, node.span),
          message: `${value} is redundant: "${cover.text.value}" in the same statement covers it.`,
          related: [{ at: locationInFile(located, cover.text.node.span), message: `This covers ${value}.` }],
          unnecessary: true,
          fixes: () => [fixPolicy(`Remove ${value}`, located, [{ edit: 'remove-item', member: action.member, item: node }],
            { preferred: true, safe: true })],
        };
      }
    },
  },
};

/** Whether two values cover the same action, without which no value covers another. */
function hasOverlap({ patterns }: ActionElement): boolean {
  let covered = NO_ACTIONS;
  for (const { actionSet } of patterns) {
    if ((covered & actionSet) !== NO_ACTIONS) return true;
    covered |= actionSet;
  }
  return false;
}

/** Each value with another that covers it. Of two that mean the same the first one counts as the other. */
function* redundantPairs({ patterns }: ActionElement): Iterable<readonly [ActionPattern, ActionPattern]> {
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.service !== 'kms' || pattern.actionSet === NO_ACTIONS) continue;
    const cover = patterns.find((other, at) => other !== pattern && (pattern.actionSet & ~other.actionSet) === NO_ACTIONS
      && coversPattern(other, pattern) && (at < index || !coversPattern(pattern, other)));
    if (cover) yield [pattern, cover];
  }
}

/** Whether `outer` covers everything that `inner` can ever cover, compared as texts because AWS adds actions. */
function coversPattern(outer: ActionPattern, inner: ActionPattern): boolean {
  const [outerText, innerText] = [outer.text.value.toLowerCase(), inner.text.value.toLowerCase()];
  if (outerText === innerText || outer.service === 'any') return true;
  if (!/[*?]/.test(outerText) || (inner.actionSet & ~outer.actionSet) !== NO_ACTIONS) return false;
  // Only a `*` of the outer pattern covers a wildcard of the inner one.
  return matchPattern(encodeWildcards(outerText), innerText.replaceAll('*', UNKNOWN_CHARACTERS)) === 'yes';
}
