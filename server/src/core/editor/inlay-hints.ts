import { actionsIn, countActions, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { isAccountId, parseArn } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionElement, ActionPattern, Policy, Statement } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import { spansOverlap, type Span } from '../text/span';
import type { World } from '../workspace/world';
import { code, joinLines, line, paragraph, type Block, type Line } from './hover/rich-text';

/** A few words that an editor shows after a value, though they are not in the text. */
export interface InlayHint {
  /** Offset in the file: behind the closing quote of the value. */
  readonly offset: number;
  /** `security`, `9 actions` */
  readonly label: string;
  /** More of it. */
  readonly tooltip: readonly Block[];
}

/** Names of accounts and how much action wildcards cover, for what of the policies lies in the range of the file. */
export function inlayHints(policies: readonly DiscoveredPolicy[], { accounts }: Pick<World, 'accounts'>, range: Span): InlayHint[] {
  return policies.filter(({ policy: { kind } }) => kind === 'key' || kind === 'identity')
    .flatMap((policy) => policy.policy.statements.flatMap((statement) => statementHints(policy, statement, accounts, range)))
    .sort((a, b) => a.offset - b.offset);
}

function statementHints(policy: DiscoveredPolicy, statement: Statement, accounts: World['accounts'], range: Span): InlayHint[] {
  if (!spansOverlap(locationInFile(policy, statement.node.span).span, range)) return [];
  const { principal, action, resource, conditions } = statement;
  const hints: InlayHint[] = [];
  const add = ({ node }: PolicyString, hintContent: HintContent | undefined): void => {
    // A string that is still being typed has no end to put anything behind.
    if (hintContent === undefined || !node.closed) return;
    const { span } = locationInFile(policy, node.span);
    if (span.end >= range.start && span.end <= range.end) hints.push({ offset: span.end, ...hintContent });
  };
  for (const { text, account, form } of principal?.principals ?? [])
    add(text, accountNameHint(form === 'invalid' ? undefined : account, accounts));
  for (const pattern of action?.patterns ?? []) if (action) add(pattern.text, actionCountHint(pattern, action, policy.policy));
  for (const { text: policyString, arn } of resource?.patterns ?? []) add(policyString, accountNameHint(arn?.account, accounts));
  for (const { values } of conditions)
    for (const text of values) add(text, accountNameHint(isAccountId(text.value) ? text.value : parseArn(text.value)?.account, accounts));
  return hints;
}

type HintContent = Pick<InlayHint, 'label' | 'tooltip'>;

function accountNameHint(account: string | undefined, accounts: World['accounts']): HintContent | undefined {
  const name = account === undefined ? '' : accounts.get(account) ?? '';
  if (account === undefined || name === '') return undefined;
  return { label: name, tooltip: paragraph(`Account ${account} is called `, code(name), ' in kms-handshake.json.') };
}

/** How many KMS actions a wildcard stands for. What a key policy cannot give does not count there. */
function actionCountHint(
  { text: policyString, actionSet, service }: ActionPattern, element: ActionElement, { kind }: Policy,
): HintContent | undefined {
  if (service === 'other' || policyString.placeholders.length > 0 || !/[*?]/.test(policyString.value)) return undefined;
  const counted = kind === 'key' ? actionSet & KEY_ACTIONS : actionSet;
  const count = countActions(counted);
  const noun = service === 'any' ? 'KMS action' : 'action';
  const label = count === 0 ? `no ${noun}` : count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
  return { label, tooltip: actionCountTooltip(policyString.value, element, counted, actionSet & ~counted) };
}

function actionCountTooltip(pattern: string, { negated }: ActionElement, counted: ActionSet, ineffective: ActionSet): readonly Block[] {
  const covers = counted === NO_ACTIONS
    ? line`${code(pattern)} covers no KMS action${ineffective === NO_ACTIONS ? '' : ' that a key policy can give'}.`
    : line`${code(pattern)} ${negated ? 'leaves out' : 'covers'} ${actionNamesLine(counted)}.`;
  return [...paragraph(covers),
    ...ineffective === NO_ACTIONS ? [] : paragraph('Without effect in a key policy: ', actionNamesLine(ineffective), '.')];
}

function actionNamesLine(set: ActionSet): Line {
  return joinLines(actionsIn(set).map(({ name }) => code(name)));
}
