import type { PairVerdicts } from '../access/pair-verdicts';
import { verdictGroupsWithReasons } from '../rules/shared/key-access-requests';
import type { FileSubject, IdentitySubject, KeySubject, PairSubject, PolicySubject, Rule, RuleFor, WorldSubject } from '../rules/rule';
import { bitsOfTraits, traitsOf, type TraitBits } from '../rules/shared/traits';

/**
 * The rules that each subject is to be shown: not those for which a policy lacks what they need, a pair the reasons, an identity the policies.
 * Most rules have nothing to look at in most subjects, and even to ask each of them took most of their time.
 */
export interface RuleBook {
  readonly file: RulesFor<FileSubject>;
  readonly policy: RulesFor<PolicySubject>;
  readonly pair: RulesFor<PairSubject>;
  readonly key: RulesFor<KeySubject>;
  readonly identity: RulesFor<IdentitySubject>;
  readonly world: RulesFor<WorldSubject>;
}

export type RulesFor<Subject> = (subject: Subject) => readonly RuleFor<string, Subject>[];

export function ruleBook(rules: readonly Rule[]): RuleBook {
  const of = <S extends Rule['scope']>(scope: S) => rules.filter((rule): rule is Extract<Rule, { readonly scope: S }> => rule.scope === scope);
  const [file, key, identity, world] = [of('file'), of('key'), of('identity'), of('world')];
  return {
    file: () => file, key: () => key, world: () => world, policy: orAll(of('policy'), byTraits), pair: orAll(of('pair'), byReasons),
    // What is found about an identity stands in its policies; hundreds of key policies may name one that has none here.
    identity: (subject) => (subject.identity.policies.length > 0 ? identity : []),
  };
}

/** Where the choice fails all are asked: those that look at what is wrong fail too, and say so by their codes. */
function orAll<Subject, R extends RuleFor<string, Subject>>(rules: readonly R[], chooseFrom: (rules: readonly R[]) => RulesFor<Subject>): RulesFor<Subject> {
  const choose = chooseFrom(rules);
  return (subject) => {
    try {
      return choose(subject);
    } catch {
      return rules;
    }
  };
}

/** There are few sets of traits that policies have: the rules for each are listed once. */
function byTraits(rules: readonly Extract<Rule, { readonly scope: 'policy' }>[]): RulesFor<PolicySubject> {
  const needed = rules.map((rule) => ({ rule, needs: bitsOfTraits(rule.needs ?? []) }));
  const lists = new Map<TraitBits, readonly RuleFor<'policy', PolicySubject>[]>();
  return ({ policy }) => {
    const traits = traitsOf(policy);
    const list = lists.get(traits) ?? needed.filter(({ needs }) => (traits & needs) === needs).map(({ rule }) => rule);
    lists.set(traits, list);
    return list;
  };
}

function byReasons(rules: readonly Extract<Rule, { readonly scope: 'pair' }>[]): RulesFor<PairSubject> {
  const hasReason = ({ verdicts }: PairVerdicts, { reasons }: (typeof rules)[number]): boolean => !reasons || verdictGroupsWithReasons(verdicts, reasons).length > 0;
  return (subject) => rules.filter((rule) => hasReason(subject, rule));
}
