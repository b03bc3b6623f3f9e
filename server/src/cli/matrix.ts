import { actionsIn, conditionText, decidePair, pairsOf, type Because, type Identity, type Key, type Verdict } from '../core/index';
import type { Host } from '../host/contract';
import type { MatrixCommand } from './args';
import { load, shownPath, type Loaded } from './load';
import { placer } from './places';
import type { Terminal } from './terminal';

interface Row {
  readonly identity: string;
  readonly key: string;
  readonly outcomes: readonly Outcome[];
}

interface Outcome {
  readonly verdict: Verdict['outcome'];
  readonly actions: readonly string[];
  readonly reason: Verdict['reason'];
  readonly conditions: readonly string[];
  readonly because: readonly { readonly half: Because['half']; readonly file: string; readonly line: number; readonly sid?: string; readonly effect: string }[];
}

/** `matrix`: a row for each identity and key that meet in either half (that of a single file, when one is named), their actions grouped by outcome. */
export async function matrix(command: MatrixCommand, host: Host, terminal: Terminal): Promise<number> {
  const loaded = await load(host, terminal, { paths: [command.path], config: command.config });
  const rows = rowsOf(loaded, terminal);
  terminal.out(command.format === 'json' ? `${JSON.stringify({ version: 1, rows }, null, 2)}\n` : textOf(rows));
  return 0;
}

function rowsOf(loaded: Loaded, terminal: Terminal): Row[] {
  const { world } = loaded.workspace;
  const place = placer(loaded.texts);
  const isAsked = ({ policies }: Identity, { policy }: Key): boolean => [...policies, ...policy ? [policy] : []].some(({ uri }) => loaded.asked(uri));
  return pairsOf(world).filter(({ identity, key }) => isAsked(identity, key)).flatMap(({ identity, key }) => {
    const groups = decidePair(identity, key, world.organizations);
    const outcomes = groups.map(({ actions, verdict }): Outcome => ({
      verdict: verdict.outcome,
      actions: actionsIn(actions).map(({ name }) => name),
      reason: verdict.reason,
      conditions: verdict.conditions.map(conditionText),
      because: verdict.because.map(({ half, policy, statement }) => ({
        half,
        file: shownPath(terminal, policy.uri),
        line: place({ uri: policy.uri, span: policy.layer.toFile(statement.node.span) }).line,
        ...statement.sid === undefined ? {} : { sid: statement.sid.value },
        effect: statement.effect ?? '',
      })),
    }));
    return outcomes.length === 0 ? [] : [{ identity: identityName(identity, terminal), key: keyName(key, terminal), outcomes }];
  });
}

/** The ARN; where only the account is known its root ARN, where nothing is known the policy's file. */
function identityName({ arn, account, partition, policies }: Identity, terminal: Terminal): string {
  if (arn !== undefined) return arn;
  if (account !== undefined) return `arn:${partition ?? 'aws'}:iam::${account}:root`;
  const [policy] = policies;
  return policy ? `unattached:${shownPath(terminal, policy.uri)}${policy.pointer === '' ? '' : `#${policy.pointer}`}` : 'unattached';
}

function keyName({ arn, policy, account }: Key, terminal: Terminal): string {
  if (arn !== undefined) return arn;
  return policy ? `unlinked:${shownPath(terminal, policy.uri)}${policy.pointer === '' ? '' : `#${policy.pointer}`}` : `unknown key of ${account ?? 'an unknown account'}`;
}

const WORD: Readonly<Record<Verdict['outcome'], string>> = { allowed: 'works', conditional: 'works if', denied: 'blocked', unknown: 'unknown' };

function textOf(rows: readonly Row[]): string {
  if (rows.length === 0) return 'no identity and key meet\n';
  return rows.map(({ identity, key, outcomes }) => [
    identity, `  ${key}`,
    ...outcomes.map((outcome) => `    ${WORD[outcome.verdict].padEnd(8)}  ${outcome.actions.join(', ')}${details(outcome)}`),
  ].join('\n')).join('\n\n') + '\n';
}

function details({ verdict, reason, conditions, because }: Outcome): string {
  const statements = because.map(({ file, line, effect }) => `${effect} ${file}:${line}`).join(', ');
  const why = verdict === 'conditional' && conditions.length > 0 ? conditions.join(' and ') : reason;
  return `\n              ${why}${statements === '' ? '' : ` (${statements})`}`;
}
