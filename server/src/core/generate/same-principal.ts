import { NO_ACTIONS } from '../aws/actions';
import type { LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import { carriedConditions } from './carried-conditions';
import { SHAREABLE_ACTIONS, type Share } from './halves';
import { principalFor, type Party } from './party';
import { hasPlaceholder } from './placeholder';
import { wordsFor } from './render';

/** Whether the statement of a key policy is about this party and nobody else, for the key as a whole. */
export function letsInOnly(statement: Statement, party: Party, partition: string): boolean {
  const { principal, resource } = statement;
  const [only, ...others] = principal?.principals ?? [];
  if (!only || others.length > 0 || principal?.negated || !resource || resource.negated || resource.patterns.length === 0) return false;
  if (!resource.patterns.every((pattern) => pattern.form === 'any')) return false;
  if (only.text.value === wordsFor(principalFor(party, partition))) return true;
  const wholeAccount = party.kind === 'account' || party.kind === 'group';
  return wholeAccount && only.form === 'account' && only.account === party.account && (only.partition ?? partition) === partition;
}

/** What an earlier result gives to a party whose account is still a word to replace: the engine cannot know that it is the same. */
export function givenByName(policy: LocatedPolicy, party: Party, partition: string): Share[] {
  if (!hasPlaceholder(party.account)) return [];
  return policy.policy.statements.filter((statement) => statement.effect === 'Allow' && letsInOnly(statement, party, partition)).map((statement) => ({
    statement,
    need: { actions: (statement.action?.set ?? NO_ACTIONS) & SHAREABLE_ACTIONS, conditions: carriedConditions(statement.conditions), written: [] },
  }));
}
