import * as vscode from 'vscode';
import type { HandshakePart, MapIdentity, MapKey, MapLink, MapPolicy,
  DisplayedHandshakeStatus } from '../../../server/src/lsp/protocol/handshakes';
import { brokenCounts, hasChildren, countByState, worstBrokenState, type AccountNode, type HandshakeNode, type IdentityNode, type KeyNode,
  type LinkNode, type PartNode, type TreeNode, type UnmatchedIdentitiesNode } from './tree-nodes';
import { createTreeItem } from '../window/tree-item';
import { decorationUri } from './node-decorations';
import { handshakeStateLabels } from './handshake-state-labels';

/** What a line shows, without what all lines have. */
interface NodePresentation {
  readonly label: string;
  /** Short, since the side bar is narrow and cuts off what does not fit: the tooltip has the rest. */
  readonly description: string;
  /** What is said to those who do not see the icon, where that is more than the description. */
  readonly spoken?: string;
  readonly icon: vscode.ThemeIcon;
  /** Paragraphs of plain text. */
  readonly tooltip: readonly string[];
  /**
   * What can be done with it, for the `when` clauses of the menus: `opens`, `assumed`, `generates`, `explains`, `fixes`, `copiesArn`,
   * `copiesCommand`.
   */
  readonly contextValues: readonly string[];
  /** The handshakes below the line. */
  readonly handshakes?: KeyNode['handshakes'];
}

/** @param expandsBroken whether lines with broken handshakes below them are open at first */
export function nodeTreeItem(node: TreeNode, expandsBroken = false): vscode.TreeItem {
  const { label, description, spoken = description, icon, tooltip, contextValues, handshakes = [] } = presentNode(node);
  const broken = brokenCounts(countByState(handshakes));
  const [worst] = broken.keys();
  const collapsible = !hasChildren(node)
    ? vscode.TreeItemCollapsibleState.None
    : expandsBroken && worst !== undefined
    ? vscode.TreeItemCollapsibleState.Expanded
    : vscode.TreeItemCollapsibleState.Collapsed;
  const item = createTreeItem({ label, description, icon, tooltip,
    accessibleLabel: listOf([ACCESSIBLE_PREFIXES[node.kind], label, spoken]) }, collapsible);
  item.id = node.id;
  if (worst !== undefined) {
    const count = [...broken.values()].reduce((sum, value) => sum + value, 0);
    item.resourceUri = decorationUri(node.id, { state: worst, count });
  }
  item.contextValue = [node.kind, ...contextValues].join(' ');
  if (collapsible === vscode.TreeItemCollapsibleState.None && contextValues.includes('opens')) {
    item.command = { title: vscode.l10n.t('Open'), command: 'kmsHandshake.tree.open', arguments: [node] };
  }
  return item;
}

const ACCESSIBLE_PREFIXES: Readonly<Record<TreeNode['kind'], string>> = {
  key: vscode.l10n.t('key'), account: '', handshake: '', part: '', link: vscode.l10n.t('link'), unanswered: '', identity: '',
};

function presentNode(node: TreeNode): NodePresentation {
  switch (node.kind) {
    case 'key': return presentKey(node);
    case 'account': return presentAccount(node);
    case 'handshake': return presentHandshake(node);
    case 'part': return presentPart(node);
    case 'link': return presentLink(node);
    case 'unanswered': return presentUnmatchedIdentities(node);
    case 'identity': return presentIdentity(node);
  }
}

function presentKey({ key, account, accountName, hasSeveralOwners, handshakes }: KeyNode): NodePresentation {
  const file = key.policy ? fileName(key.policy) : vscode.l10n.t('no key policy here');
  const isAssumed = key.link?.certain === false;
  // The Region is in the tooltip, and so is an account that all keys have in common.
  const description = [file, isAssumed ? vscode.l10n.t('assumed link') : '', hasSeveralOwners ? accountName || (account ?? '') : '']
    .filter((part) => part !== '').join(' · ');
  return {
    label: key.label,
    description,
    spoken: listOf([description, ...handshakeCountsText(handshakes)]),
    icon: stateIcon(handshakes, 'key'),
    tooltip: [key.arn ?? vscode.l10n.t('The ARN of this key is not known.'), ...key.region === undefined ? [] : [key.region],
      ...account === undefined ? [] : [vscode.l10n.t('Account {0} owns the key.', accountText(account, accountName))],
      key.policy ? vscode.l10n.t('Key policy: {0}', key.policy.label) : vscode.l10n.t('The key policy is not in the workspace.'),
      ...handshakeCountsText(handshakes)],
    contextValues: [...key.policy ? ['opens', 'generates', 'copiesCommand'] : [], ...isAssumed ? ['assumed'] : [],
      ...copyContextValues(key)],
    handshakes,
  };
}

function presentAccount({ account, name, isOwner, handshakes }: AccountNode): NodePresentation {
  const owner = isOwner ? vscode.l10n.t('the owner') : '';
  return {
    label: account === undefined ? vscode.l10n.t('Account not known') : name || account,
    // The line of a single identity says it itself.
    description: [owner, ...handshakes.length > 1 ? handshakeCountsText(handshakes) : []].filter((part) => part !== '').join(' · '),
    spoken: listOf([owner, ...handshakeCountsText(handshakes)]),
    icon: stateIcon(handshakes, isOwner ? 'home' : 'organization'),
    tooltip: [
      account === undefined
        ? vscode.l10n.t('It is not known to which account these IAM policies belong.')
        : isOwner
        ? vscode.l10n.t('Account {0} owns the key.', accountText(account, name))
        : vscode.l10n.t('Account {0}, another one than the key\'s.', accountText(account, name)),
      ...handshakeCountsText(handshakes),
    ],
    contextValues: [],
    handshakes,
  };
}

function presentHandshake({ key, identity, handshake }: HandshakeNode): NodePresentation {
  const { state, says: words } = handshake;
  const half = state === 'key-policy' && key.policy !== undefined || state === 'identity-policy' && identity.policies.length > 0;
  return {
    label: identity.label,
    description: shortHandshakeText(handshake),
    spoken: words,
    icon: STATE_ICONS[handshake.shown],
    tooltip: [nameOfIdentity(identity), vscode.l10n.t('Handshake: {0}.', words),
      ...identity.policies.length === 0 ? [vscode.l10n.t('No IAM policy of this identity is in the workspace.')] : []],
    contextValues: ['opens', ...half ? ['generates'] : [], ...explainContextValues(key, identity, handshake.shown),
      ...copyContextValues(identity), ...identity.policies.length > 0 ? ['copiesCommand'] : []],
  };
}

function presentPart({ key, identity, handshake, part }: PartNode): NodePresentation {
  const { actions, state, requested, says: words, statements } = part;
  const isUnrequestedPart = !requested && handshake.state !== 'key-policy';
  const half = state === 'key-policy' && key.policy !== undefined || state === 'identity-policy' && identity.policies.length > 0;
  return {
    label: actions.length > 3 ? vscode.l10n.t('{0} and {1} more', actions.slice(0, 2).join(', '), actions.length - 2) : actions.join(', '),
    description: isUnrequestedPart ? STATE_LABELS['not-requested'][0] : partStateText(part),
    icon: STATE_ICONS[isUnrequestedPart ? 'not-requested' : state],
    tooltip: [words, actions.join(', ')],
    contextValues: [...statements.length > 0 ? ['opens'] : [], ...half ? ['generates'] : [],
      ...explainContextValues(key, identity, requested ? state : undefined)],
  };
}

function presentLink({ subject }: LinkNode): NodePresentation {
  const policy = 'key' in subject ? subject.key.policy : subject.policy;
  const link = 'key' in subject ? subject.key.link : subject.identity.link;
  const assumed = link?.certain === false;
  return {
    label: 'key' in subject ? vscode.l10n.t('Key policy') : vscode.l10n.t('IAM policy'),
    // The file of a key policy stands beside its key.
    description: [policy && 'identity' in subject ? fileName(policy) : '', link ? linkText(link) : '']
      .filter((part) => part !== '').join(' · '),
    icon: assumed ? new vscode.ThemeIcon('unverified', new vscode.ThemeColor('list.warningForeground')) : new vscode.ThemeIcon('link'),
    tooltip: [
      policy?.label ?? '',
      ...link ? [assumed ? vscode.l10n.t('Assumed: {0}.', link.says) : vscode.l10n.t('Certain: {0}.', link.says)] : [],
      ...assumed ? [vscode.l10n.t('Findings that rest on this are warnings at most until the link is confirmed.')] : [],
    ],
    contextValues: [...policy ? ['opens', 'copiesCommand'] : [], ...assumed ? ['assumed'] : []],
  };
}

function presentUnmatchedIdentities({ identities }: UnmatchedIdentitiesNode): NodePresentation {
  return {
    label: vscode.l10n.t('No matching key policy'),
    description: identities.length === 1 ? vscode.l10n.t('1 identity') : vscode.l10n.t('{0} identities', identities.length),
    icon: new vscode.ThemeIcon('color-mode', new vscode.ThemeColor('list.warningForeground')),
    tooltip: [
      vscode.l10n.t(
        'Identities whose IAM policies use keys: only the consumer\'s half is there, or the key policy is not in the workspace.',
      ),
    ],
    contextValues: [],
  };
}

function presentIdentity({ identity, accountName }: IdentityNode): NodePresentation {
  return {
    label: identity.label, description: accountName || (identity.account ?? vscode.l10n.t('account not known')),
    icon: new vscode.ThemeIcon('account'), tooltip: [nameOfIdentity(identity), vscode.l10n.t('Only the consumer\'s half is there.')],
    contextValues: [...identity.policies.length > 0 ? ['opens', 'generates', 'copiesCommand'] : [], ...copyContextValues(identity)],
  };
}

/** Shapes differ, so that nothing hangs on colour; the words stand beside them. */
export const STATE_ICONS: Readonly<Record<DisplayedHandshakeStatus, vscode.ThemeIcon>> = {
  'both': new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  'partly': new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  'partly-if': new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  'conditional': new vscode.ThemeIcon('checklist', new vscode.ThemeColor('testing.iconPassed')),
  'key-policy': new vscode.ThemeIcon('color-mode', new vscode.ThemeColor('list.warningForeground')),
  'identity-policy': new vscode.ThemeIcon('color-mode', new vscode.ThemeColor('list.warningForeground')),
  'none': new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
  'unknown': new vscode.ThemeIcon('question'),
  'not-requested': new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('disabledForeground')),
};

const STATE_LABELS = handshakeStateLabels(vscode.l10n.t);

/** The handshake in two or three words, what is wrong with it first. */
function shortHandshakeText({ shown, blocked, says: words }: HandshakeNode['handshake']): string {
  switch (shown) {
    case 'partly':
    case 'partly-if': return vscode.l10n.t('{0} blocked', blocked);
    case 'key-policy': return vscode.l10n.t('key policy only');
    case 'identity-policy': return vscode.l10n.t('IAM policy only');
    default: return words;
  }
}

function listOf(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}

/** "2 work; 1 blocked": some words have a comma of their own. */
function handshakeCountsText(handshakes: KeyNode['handshakes']): string[] {
  const parts = Array.from(countByState(handshakes), ([state, count]) => `${count} ${STATE_LABELS[state][count === 1 ? 0 : 1]}`);
  return parts.length > 0 ? [parts.join('; ')] : [];
}

function partStateText({ state, actions }: HandshakePart): string {
  switch (state) {
    case 'key-policy': return vscode.l10n.t('not in the IAM policy');
    case 'identity-policy': return vscode.l10n.t('not in the key policy');
    default: return STATE_LABELS[state][actions.length === 1 ? 0 : 1];
  }
}

function accountText(account: string, name: string): string {
  return name === '' ? account : `${name} (${account})`;
}

function fileName({ uri }: MapPolicy): string {
  return vscode.Uri.parse(uri).path.split('/').at(-1) ?? '';
}

function linkText({ reason, certain, says: words }: MapLink): string {
  if (reason === 'declared') return vscode.l10n.t('declared');
  return certain ? words : vscode.l10n.t('assumed: {0}', words);
}

function nameOfIdentity({ arn, account, label }: MapIdentity): string {
  return arn
    ?? (account === undefined
      ? vscode.l10n.t('{0}: not known to whom it is attached', label)
      : vscode.l10n.t('{0} of account {1}', label, account));
}

/** Only what both ARNs are known of can be asked about. What does not work can be fixed. */
function explainContextValues({ arn: key }: MapKey, { arn: identity }: MapIdentity,
  state: DisplayedHandshakeStatus | undefined): string[] {
  if (key === undefined || identity === undefined) return [];
  return ['explains', ...state !== undefined && worstBrokenState([state]) !== undefined ? ['fixes'] : []];
}

function copyContextValues({ arn }: MapKey | MapIdentity): string[] {
  return arn === undefined ? [] : ['copiesArn'];
}

/** The worst state below a line, which may be closed; the icon of the line itself where nothing is broken. */
function stateIcon(handshakes: KeyNode['handshakes'], icon: string): vscode.ThemeIcon {
  const worst = worstBrokenState(handshakes.map(({ shown }) => shown));
  return worst === undefined ? new vscode.ThemeIcon(icon) : STATE_ICONS[worst];
}
