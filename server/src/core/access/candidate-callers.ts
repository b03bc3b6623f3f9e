import { ALL_ACTIONS, CROSS_ACCOUNT_ACTIONS, NO_ACTIONS, STAR_ONLY_ACTIONS, type ActionInfo, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import type { Principal, Statement } from '../policy/policy';
import type { Identity, Key } from '../linking/entities';
import { accountLimitOf } from './account-limit';
import { callerOf, callerOfPrincipal, type Caller } from './caller';
import { contextInCommonCase } from './deployment-cases';
import { createEvaluationContext, type EvaluationContext, type AccountRelation, type EvaluationWorld } from './evaluation-context';
import { NO_ORGANIZATIONS } from './request-context';
import { matchResources } from './resource-matching';
import type { StatementRef } from './verdict';
import { applicableActions } from './statement-evaluation';

/** A caller that an identity may turn out to be, and how its account may stand to the key's. */
interface CandidateCaller {
  readonly caller: Caller;
  readonly accountRelations: readonly AccountRelation[];
}

/**
 * The cases of an identity and a key. There is one, unless nobody knows whom the identity's policies are attached to: then there is
 * one for each caller that it may be, and the most favourable verdict counts.
 *
 * @param action the only action of interest; all when undefined
 */
export function evaluationContextsFor(identity: Identity, key: Key, world: EvaluationWorld,
  action: ActionInfo | undefined): readonly EvaluationContext[] {
  const evaluatedKey = action && (action.bit & STAR_ONLY_ACTIONS) !== NO_ACTIONS ? withoutKeyProperties(key) : key;
  return candidateCallersFor(identity, world.memoize(callerOf, identity), key).map(({ caller, accountRelations }) => (
    contextInCommonCase(createEvaluationContext({ caller, key: evaluatedKey }, accountRelations, identity, world, action), identity)
  ));
}

/**
 * Whom the verdicts on the key take the identity for: itself, or, where nobody knows whom its policies are attached to, everybody that it
 * may be. What is told beside the verdicts has to suppose the same.
 */
export function callersFor(identity: Identity, key: Key): readonly Caller[] {
  return candidateCallersFor(identity, callerOf(identity), key).map(({ caller }) => caller);
}

/**
 * The actions to which the conditions of an identity policy statement let it apply, for somebody whom the verdicts on the key take the
 * identity for.
 */
export function applicableActionsForIdentity(statementRef: StatementRef, identity: Identity, key: Key): ActionSet {
  if (statementRef.statement.conditions.length === 0) return ALL_ACTIONS;
  return callersFor(identity, key).reduce(
    (set, caller) => set | applicableActions(statementRef, { caller, key, organizations: NO_ORGANIZATIONS }),
    NO_ACTIONS,
  );
}

/**
 * Requests without a key have nothing of this one: `kms:KeySpec` of CreateKey is that of the key to be made (KMS Developer Guide,
 * conditions-kms).
 */
function withoutKeyProperties({ partition, account, policy, awsManaged, ...key }: Key): Key {
  return {
    ...key, partition, account, policy, awsManaged, arn: undefined, region: undefined, keyId: undefined, keySpec: undefined,
    keyUsage: undefined,
    multiRegion: undefined, aliases: [], aliasesComplete: false, grants: [],
  };
}

function candidateCallersFor(identity: Identity, caller: Caller, key: Key): readonly CandidateCaller[] {
  // Whose the resource is that a service works for, no policy asks.
  if (caller.kind === 'service') return [{ caller, accountRelations: CROSS_ACCOUNT_ONLY }];
  if (caller.account !== undefined) return [{ caller, accountRelations: accountRelationsOf(caller.account, key) }];
  const namedPrincipals = principalsOfAllows(key);
  if (isConsumerIdentity(identity, key, namedPrincipals)) {
    const outsidePrincipals = namedPrincipals.filter((principal) => isOutsideOwnerAccount(principal, key));
    return candidateCallersOfPrincipals(outsidePrincipals, callerOfPrincipal, 'cross', key);
  }
  const ownerPrincipals = namedPrincipals.filter(({ account, form }) =>
    compareIdentifiers(account, key.account) === 'same' && form !== 'account');
  return [
    { caller: { ...caller, account: key.account, partition: key.partition }, accountRelations: ['same'] },
    ...candidateCallersOfPrincipals(ownerPrincipals, callerOfPrincipal, 'same', key),
  ];
}

const SAME_ACCOUNT_ONLY: readonly AccountRelation[] = ['same'];
const CROSS_ACCOUNT_ONLY: readonly AccountRelation[] = ['cross'];
const EITHER_ACCOUNT_RELATION: readonly AccountRelation[] = ['cross', 'same'];

/** While it is not known whether the accounts are the same, both relations have to give the same verdict. */
function accountRelationsOf(account: string | undefined, key: Key): readonly AccountRelation[] {
  switch (compareIdentifiers(account, key.account)) {
    case 'same': return SAME_ACCOUNT_ONLY;
    case 'different': return CROSS_ACCOUNT_ONLY;
    case 'unknown': return EITHER_ACCOUNT_RELATION;
  }
}

function candidateCallersOfPrincipals(
  principals: readonly Principal[], caller: (principal: Principal) => Caller, accountRelation: AccountRelation, key: Key,
): readonly CandidateCaller[] {
  const byText = new Map(principals.map((principal) => [principal.text.value, principal]));
  return [...byText.values()].map((principal) => {
    const isOfUnknownAccount = principal.account === undefined && key.account !== undefined;
    const accountRelations = isOfUnknownAccount ? [accountRelation] : accountRelationsOf(principal.account, key);
    return { caller: caller(principal), accountRelations };
  });
}

/** The values of all principals that the key policy lets in, other than services and what matches nobody. */
function principalsOfAllows(key: Key): readonly Principal[] {
  const statements = key.policy?.policy.statements ?? [];
  return statements
    .filter((statement) => statement.effect === 'Allow' && statement.principal?.negated === false)
    .flatMap((statement) =>
      statement.principal?.principals.filter(({ form }) => form !== 'anyone' || !isLimitedToOwner(statement, key)) ?? []
    )
    .filter(({ form }) => form !== 'service' && form !== 'unique-id' && form !== 'invalid');
}

/** Everyone with the owner's account as a condition: how key policies of AWS services say "all principals in the account". */
function isLimitedToOwner(statement: Statement, key: Key): boolean {
  const limit = accountLimitOf(statement);
  return limit?.isExhaustive === true && limit.accounts.every(({ account }) => compareIdentifiers(account, key.account) === 'same');
}

function isOutsideOwnerAccount(principal: Principal, key: Key): boolean {
  return compareIdentifiers(principal.account, key.account) !== 'same';
}

/**
 * Policies of unknown attachment are a consumer's when the key policy lets other accounts in, and all that they ask of the
 * key by name works across accounts; otherwise they are the owner's own.
 */
function isConsumerIdentity(identity: Identity, key: Key, namedPrincipals: readonly Principal[]): boolean {
  if (!namedPrincipals.some((principal) => isOutsideOwnerAccount(principal, key))) return false;
  return (actionsRequestedOnKey(identity, key) & ~CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS;
}

function actionsRequestedOnKey(identity: Identity, key: Key): ActionSet {
  let actions = NO_ACTIONS;
  for (const { policy } of identity.policies) {
    for (const statement of policy.statements) {
      if (statement.effect !== 'Allow' || !statement.action || statement.action.negated) continue;
      if (matchResources(statement, key, undefined) === 'no') continue;
      for (const pattern of statement.action.patterns) {
        // `"*"` asks for nothing of this key by name, and ListKeys, part of `kms:List*`, for nothing of any key.
        if (pattern.service === 'kms') actions |= pattern.actionSet & ~STAR_ONLY_ACTIONS;
      }
    }
  }
  return actions;
}
