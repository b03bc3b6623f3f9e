import { accountLimitOf } from '../../access/account-limit';
import { describeAccount, joinNames } from '../../access/text/describe-access';
import { matchPrincipal } from '../../access/principal-matching';
import type { PairVerdicts } from '../../access/pair-verdicts';
import { callersFor } from '../../access/candidate-callers';
import { actionsIn, countActions, NO_ACTIONS } from '../../aws/actions';
import { elementNamed } from '../../aws/element-info';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Principal, PrincipalElement, Statement } from '../../policy/policy';
import type { Key } from '../../linking/entities';
import { limitedLines, handshakeSummaryLine } from './cards';
import { mayIncludeIdentity, verdictsForService, verdictSentence } from './action-partitions';
import { pairsOfKey } from '../verdict-provider';
import type { HoverContext } from './hover-context';
import { principalLine } from './statement-sentence';
import { code, line, link, list, paragraph, strong, type Block, type Line } from './rich-text';

/** Whom a principal of a key policy means, what that gives, and whether the other half is there. */
export function principalHover(context: HoverContext, policy: DiscoveredPolicy, statement: Statement, element: PrincipalElement,
  principal: Principal): readonly Block[] {
  const meaning = principalMeaning(context, principal);
  if (!meaning) return [];
  const page = elementNamed(element.negated ? 'NotPrincipal' : 'Principal');
  const key = context.world.keyByPolicy.get(policy);
  return [
    ...meaning,
    ...(policy.policy.kind !== 'key' ? [] : principalEffect(context, key, statement, element, principal)),
    ...(page ? paragraph(link(`IAM User Guide: ${page.name}`, page.href)) : []),
  ];
}

function principalMeaning(context: HoverContext, principal: Principal): readonly Block[] | undefined {
  const { form, account, arn, name, session, text: { value } } = principal;
  const title = strong(principalTitle(context, principal));
  switch (form) {
    case 'account': return paragraph(title, ': ', arn ? line`${code(':root')} means ` : '',
      'the account as a whole, its IAM users and roles, not its root user alone.');
    case 'role': return paragraph(title, ': the role, in every session that anybody has of it.');
    case 'user': return paragraph(title, ': the IAM user.');
    case 'session': return paragraph(line`${title}: the one session ${code(session ?? '')} of the role ${code(name ?? '')}, no other.`);
    case 'federated-user': return paragraph(title, ': a session of GetFederationToken of that name.');
    case 'anyone': return paragraph(strong('*'), ': everybody, in every AWS account.');
    case 'service': return paragraph(title, ': the AWS service, where it calls with its own service principal; it needs no IAM policy.');
    case 'unique-id': return paragraph(strong(value),
      ': what is left of a deleted user or role. It means nobody, not even a new user or role of the same name.');
    case 'unknown': return account === undefined ? undefined : paragraph(title);
    case 'invalid': return undefined;
  }
}

function principalTitle({ world }: HoverContext, { form, arn, account, text: policyString }: Principal): string {
  if (account === undefined) return policyString.value;
  const accountText = `account ${describeAccount(world, account)}`;
  return form === 'account' || arn === undefined ? accountText.replace('a', 'A') : `${arn.resource} of ${accountText}`;
}

function principalEffect(context: HoverContext, key: Key | undefined, statement: Statement, element: PrincipalElement,
  principal: Principal): readonly Block[] {
  if (element.negated) return paragraph('In NotPrincipal: the statement is about everybody but these.');
  if (statement.effect === 'Deny') return denyEffect(statement, principal);
  if (statement.effect !== 'Allow') return [];
  if (principal.form === 'service') return key ? serviceEffect(context, key, statement, principal) : [];
  return [...allowEffect(context, key, statement, principal), ...counterpartLines(context, key, statement, principal)];
}

function denyEffect({ conditions }: Statement, { form }: Principal): readonly Block[] {
  if (form === 'unique-id') return [];
  const when = conditions.length > 0 ? ', while the conditions are met' : '';
  return paragraph(form === 'account'
    ? `A Deny for the account is one for every identity of it, whatever else allows the same${when}.`
    : `A Deny wins over everything that allows the same${when}.`);
}

/** What an Allow gives, by how the principal stands to the key. */
function allowEffect({ world }: HoverContext, key: Key | undefined, statement: Statement, principal: Principal): readonly Block[] {
  const { form, account } = principal;
  if (form === 'unique-id') return [];
  if (form === 'anyone') return everyoneEffect(world, statement);
  const owner = key?.account;
  const isAccount = form === 'account';
  if (account === undefined || owner === undefined) {
    if (!isAccount) return [];
    return paragraph('It gives no identity anything by itself: it leaves the decision to the IAM policies of the account.');
  }
  if (account === owner)
    return paragraph(isAccount
      ? 'It is the owner of the key. By itself this gives no identity anything: it leaves the decision to the IAM policies of the account.'
      : 'It is of the account that owns the key, so that it needs no IAM policy.');
  return paragraph(isAccount
    ? 'It is another account than the key\'s. By itself this gives no identity anything: an IAM policy of that account'
    : 'It is of another account than the key\'s, so that this is one half: its own IAM policy',
  ' has to allow the same, on the ARN of this key.');
}

function everyoneEffect(world: HoverContext['world'], statement: Statement): readonly Block[] {
  const limit = accountLimitOf(statement);
  if (limit?.isExhaustive === true && limit.accounts.length > 0) {
    const accounts = limit.accounts.map(({ account }) => `account ${describeAccount(world, account)}`).join(', ');
    return paragraph(`A condition limits it to ${accounts}.`);
  }
  return paragraph(
    statement.conditions.length === 0 ? 'Without any condition. ' : 'Only the conditions of the statement limit it. ',
    'Identities of the owner\'s account need no IAM policy, all others one that they can write themselves.',
  );
}

/** What the service can do with the key as itself, of all that the statement is about; and what the statement has no part in. */
function serviceEffect(context: HoverContext, key: Key, statement: Statement, principal: Principal): readonly Block[] {
  const pair = verdictsForService(context, key, principal);
  const statementActions = statement.action?.actionSet ?? NO_ACTIONS;
  const groups = (pair?.verdicts ?? []).filter(({ actions }) => (actions & statementActions) !== NO_ACTIONS);
  return [
    ...list(...limitedLines(groups, ({ actions, verdict }) => {
      const bit = actions & statementActions;
      const name = joinNames(actionsIn(bit).map((action) => action.name));
      return pair && verdictSentence(context, verdict, { ...pair, action: { name, bit, isPlural: countActions(bit) > 1 } });
    })),
    ...paragraph('Where it calls for somebody, in a forward access session (', code('kms:ViaService'),
      '), the permissions of that user or role count instead, by both halves.'),
  ];
}

/** Whose IAM policies in the workspace use the key by this principal. */
function counterpartLines(context: HoverContext, key: Key | undefined, statement: Statement, principal: Principal): readonly Block[] {
  if (!key || principal.form === 'unique-id') return [];
  const pairs = pairsOfKey(context.verdicts, key).filter(({ identity }) =>
    callersFor(identity, key).some((caller) => matchPrincipal(principal, caller)?.match === 'yes')
    && mayIncludeIdentity(identity, principal, statement));
  const toLine = (pair: PairVerdicts): Line | undefined => handshakeSummaryLine(context, pair, 'identity');
  const lines = limitedLines(pairs.filter(({ identity }) => identity.policies.length > 0), toLine);
  if (lines.length > 0) return list(...lines);
  const { form, account } = principal;
  if (form === 'anyone' || account === undefined) return [];
  const needsIdentityPolicy = form === 'account' || key.account !== undefined && account !== key.account;
  if (!needsIdentityPolicy) return list(...limitedLines(pairs, toLine));
  if (form === 'account' && account === key.account) return paragraph('No IAM policy of the account in the workspace uses this key.');
  if (context.reportedCodes().has('identity-policy-missing')) return [];
  const principalText: Line = form === 'account' ? line`the account` : principalLine(context, principal);
  return paragraph(line`${strong('The other half is missing')}: no IAM policy of ${principalText} in the workspace uses this key.`);
}
