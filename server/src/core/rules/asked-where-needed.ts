import type { Draft, PolicySubject, Rule, RuleFor } from './rule';
import { bitsOfTraits, hasTraits, type Trait } from './traits';

/**
 * The rule as it is run: not asked about policies without what it needs. Of the rules on policies most have nothing to look at in most
 * policies, and even to ask and hear so took most of their time.
 */
export function askedWhereNeeded(rule: Rule): Rule {
  return rule.scope === 'policy' && rule.needs ? withNeeds(rule, rule.needs) : rule;
}

const NOTHING: readonly Draft[] = [];

function withNeeds(rule: RuleFor<'policy', PolicySubject>, needs: readonly Trait[]): RuleFor<'policy', PolicySubject> {
  const needed = bitsOfTraits(needs);
  return { ...rule, check: (subject) => (hasTraits(subject.policy, needed) ? rule.check(subject) : NOTHING) };
}
