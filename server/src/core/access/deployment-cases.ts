import { ALWAYS, ANY_DEPLOYMENT, caseOfPresence, divideCase, isPresentIn, type DeploymentCase } from '../policy/presence';
import type { Identity, Key } from '../linking/entities';
import type { EvaluationContext } from './evaluation-context';
import type { EvaluatedStatement } from './statement-evaluation';
import type { StatementRef } from './verdict';

/** What is the case where the two are both there; undefined where conditions of a template exclude each other under which they are made. */
export function commonCase({ template: ofIdentity }: Pick<Identity, 'template'>,
  { template: ofKey }: Pick<Key, 'template'>): DeploymentCase | undefined {
  const [presenceOfIdentity, presenceOfKey] = [ofIdentity?.presence ?? ALWAYS, ofKey?.presence ?? ALWAYS];
  return presenceOfIdentity.length + presenceOfKey.length === 0 ? ANY_DEPLOYMENT : caseOfPresence([presenceOfIdentity, presenceOfKey]);
}

/** The context with the statements that are there where the identity and the key both are, as far as conditions decide it. */
export function contextInCommonCase(context: EvaluationContext, identity: Pick<Identity, 'template'>): EvaluationContext {
  return context.isConditional ? contextInCase(context, commonCase(identity, context.key) ?? ANY_DEPLOYMENT) : context;
}

/** The context with the statements that are there in a case, as far as conditions decide it. */
function contextInCase(context: EvaluationContext, deploymentCase: DeploymentCase): EvaluationContext {
  const isPresent = ({ statementRef }: { readonly statementRef: StatementRef }): boolean =>
    isPresentIn(statementRef.statement.presence ?? ALWAYS, deploymentCase) !== 'no';
  const inCase = (evaluatedStatements: readonly EvaluatedStatement[]): readonly EvaluatedStatement[] =>
    evaluatedStatements.filter(isPresent).map((evaluatedStatement) => {
      const { presence } = evaluatedStatement.statementRef.statement;
      return presence && isPresentIn(presence, deploymentCase) === 'yes'
        ? { ...evaluatedStatement, isMatchCertain: evaluatedStatement.isMatchCertainIfPresent } : evaluatedStatement;
    });
  return {
    ...context, deploymentCase,
    keyAllows: inCase(context.keyAllows), keyDenies: inCase(context.keyDenies),
    identityAllows: inCase(context.identityAllows), identityDenies: inCase(context.identityDenies),
    nearMisses: () => context.nearMisses().filter(isPresent),
    keyPolicyMatches: () => context.keyPolicyMatches().filter(isPresent),
    aliasStatements: () => {
      const { allows, denies } = context.aliasStatements();
      return { denies: inCase(denies), allows: allows.flatMap(({ aliasPattern, evaluatedStatement }) =>
        inCase([evaluatedStatement]).map((presentStatement) => ({ aliasPattern, evaluatedStatement: presentStatement }))) };
    },
  };
}

/** The context in each case that conditions of templates leave open; itself where there are none, or too many to tell apart. */
export function contextsByCase(context: EvaluationContext): readonly EvaluationContext[] {
  if (!context.isConditional) return [context];
  const { keyAllows, keyDenies, identityAllows, identityDenies, deploymentCase } = context;
  const choices = [keyAllows, keyDenies, identityAllows, identityDenies].flat()
    .flatMap(({ statementRef }) => statementRef.statement.presence ?? ALWAYS);
  return divideCase(deploymentCase, choices)?.map((divided) => contextInCase(context, divided)) ?? [context];
}
