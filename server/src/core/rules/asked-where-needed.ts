import type { Reason } from '../access/verdict';
import { groupsWith } from './judgements/asks';
import type { Draft, IdentitySubject, PairSubject, PolicySubject, Rule, RuleFor } from './rule';
import { bitsOfTraits, hasTraits, type Trait } from './traits';

/**
 * The rule as it is run: not asked about policies without what it needs, pairs without its reasons, and identities without policies. Most
 * rules have nothing to look at in most of them, and even to ask and hear so took most of their time.
 */
export function askedWhereNeeded(rule: Rule): Rule {
  if (rule.scope === 'policy' && rule.needs) return withNeeds(rule, rule.needs);
  if (rule.scope === 'pair' && rule.reasons) return withReasons(rule, rule.reasons);
  return rule.scope === 'identity' ? withPolicies(rule) : rule;
}

const NOTHING: readonly Draft[] = [];

function withNeeds(rule: RuleFor<'policy', PolicySubject>, needs: readonly Trait[]): RuleFor<'policy', PolicySubject> {
  const needed = bitsOfTraits(needs);
  return { ...rule, check: (subject) => (hasTraits(subject.policy, needed) ? rule.check(subject) : NOTHING) };
}

function withReasons(rule: RuleFor<'pair', PairSubject>, reasons: readonly Reason[]): RuleFor<'pair', PairSubject> {
  return { ...rule, check: (subject) => (groupsWith(subject.verdicts, reasons).length > 0 ? rule.check(subject) : NOTHING) };
}

/** What is found about an identity stands in its policies; hundreds of key policies may name one that has none here. */
function withPolicies(rule: RuleFor<'identity', IdentitySubject>): RuleFor<'identity', IdentitySubject> {
  return { ...rule, check: (subject) => (subject.identity.policies.length > 0 ? rule.check(subject) : NOTHING) };
}
