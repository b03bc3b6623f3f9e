import * as vscode from 'vscode';
import type { HandshakePart, MapIdentity, MapKey, MapLink, MapPolicy, ShownState } from '../../../server/src/lsp/protocol/handshakes';
import { hasChildren, tally, type AccountNode, type HandshakeNode, type IdentityNode, type KeyNode, type LinkNode, type PartNode, type TreeNode, type UnansweredNode } from './nodes';
import { createTreeItem } from '../window/tree-item';
import { stateWords } from './state-words';

/** What a line shows, without what all lines have. */
interface Look {
  readonly label: string;
  readonly description: string;
  readonly icon: vscode.ThemeIcon;
  /** Paragraphs of plain text. */
  readonly tooltip: readonly string[];
  /** What can be done with it, for the `when` clauses of the menus: `opens`, `assumed`, `generates`, `explains`. */
  readonly abilities: readonly string[];
}

export function treeItem(node: TreeNode): vscode.TreeItem {
  const { label, description, icon, tooltip, abilities } = lookOf(node);
  const collapsible = hasChildren(node) ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const item = createTreeItem({ label, description, icon, tooltip, spoken: SPOKEN[node.kind] }, collapsible);
  item.id = node.id;
  item.contextValue = [node.kind, ...abilities].join(' ');
  if (collapsible === vscode.TreeItemCollapsibleState.None && abilities.includes('opens')) {
    item.command = { title: vscode.l10n.t('Open'), command: 'kmsHandshake.tree.open', arguments: [node] };
  }
  return item;
}

const SPOKEN: Readonly<Record<TreeNode['kind'], string>> = {
  key: vscode.l10n.t('key'), account: '', handshake: '', part: '', link: vscode.l10n.t('link'), unanswered: '', identity: '',
};

function lookOf(node: TreeNode): Look {
  switch (node.kind) {
    case 'key': return lookOfKey(node);
    case 'account': return lookOfAccount(node);
    case 'handshake': return lookOfHandshake(node);
    case 'part': return lookOfPart(node);
    case 'link': return lookOfLink(node);
    case 'unanswered': return lookOfUnanswered(node);
    case 'identity': return lookOfIdentity(node);
  }
}

function lookOfKey({ key, account, accountName, handshakes }: KeyNode): Look {
  const where = [accountName || account, key.region].filter((part) => part !== undefined).join(' ');
  const file = key.policy ? fileName(key.policy) : vscode.l10n.t('no key policy here');
  return {
    label: key.label, description: [file, where, key.link?.certain === false ? vscode.l10n.t('assumed link') : ''].filter((part) => part !== '').join(' · '),
    icon: new vscode.ThemeIcon('key'),
    tooltip: [key.arn ?? vscode.l10n.t('The ARN of this key is not known.'), key.policy ? vscode.l10n.t('Key policy: {0}', key.policy.label) : vscode.l10n.t('The key policy is not in the workspace.'), ...says(handshakes)],
    abilities: [...key.policy ? ['opens', 'generates'] : [], ...key.link?.certain === false ? ['assumed'] : []],
  };
}

function lookOfAccount({ account, name, isOwner, handshakes }: AccountNode): Look {
  const label = account === undefined ? vscode.l10n.t('Account not known') : name === '' ? account : `${name} (${account})`;
  return {
    label, description: [isOwner ? vscode.l10n.t('the owner') : '', ...says(handshakes)].filter((part) => part !== '').join(' · '),
    icon: new vscode.ThemeIcon(isOwner ? 'home' : 'organization'),
    tooltip: [account === undefined ? vscode.l10n.t('It is not known to which account these IAM policies belong.') : isOwner ? vscode.l10n.t('Account {0} owns the key.', account) : vscode.l10n.t('Account {0}, another one than the key\'s.', account), ...says(handshakes)],
    abilities: [],
  };
}

function lookOfHandshake({ key, identity, handshake }: HandshakeNode): Look {
  const { state, says: words } = handshake;
  const half = state === 'key-policy' && key.policy !== undefined || state === 'identity-policy' && identity.policies.length > 0;
  return {
    label: identity.label, description: words, icon: STATE_ICONS[handshake.shown],
    tooltip: [nameOfIdentity(identity), vscode.l10n.t('Handshake: {0}.', words), ...identity.policies.length === 0 ? [vscode.l10n.t('No IAM policy of this identity is in the workspace.')] : []],
    abilities: ['opens', ...half ? ['generates'] : [], ...explains(key, identity)],
  };
}

function lookOfPart({ key, identity, part }: PartNode): Look {
  const { actions, state, says: words, statements } = part;
  const half = state === 'key-policy' && key.policy !== undefined || state === 'identity-policy' && identity.policies.length > 0;
  return {
    label: actions.length > 3 ? vscode.l10n.t('{0} and {1} more', actions.slice(0, 2).join(', '), actions.length - 2) : actions.join(', '),
    description: wordOf(part), icon: STATE_ICONS[state],
    tooltip: [words, actions.join(', ')],
    abilities: [...statements.length > 0 ? ['opens'] : [], ...half ? ['generates'] : [], ...explains(key, identity)],
  };
}

function lookOfLink({ of }: LinkNode): Look {
  const policy = 'key' in of ? of.key.policy : of.policy;
  const link = 'key' in of ? of.key.link : of.identity.link;
  const assumed = link?.certain === false;
  return {
    label: 'key' in of ? vscode.l10n.t('Key policy') : vscode.l10n.t('IAM policy'),
    description: [policy ? fileName(policy) : '', link ? sayLink(link) : ''].filter((part) => part !== '').join(' · '),
    icon: assumed ? new vscode.ThemeIcon('unverified', new vscode.ThemeColor('list.warningForeground')) : new vscode.ThemeIcon('link'),
    tooltip: [
      policy?.label ?? '',
      ...link ? [assumed ? vscode.l10n.t('Assumed: {0}.', link.says) : vscode.l10n.t('Certain: {0}.', link.says)] : [],
      ...assumed ? [vscode.l10n.t('Findings that rest on this are warnings at most until the link is confirmed.')] : [],
    ],
    abilities: [...policy ? ['opens'] : [], ...assumed ? ['assumed'] : []],
  };
}

function lookOfUnanswered({ identities }: UnansweredNode): Look {
  return {
    label: vscode.l10n.t('No matching key policy'), description: identities.length === 1 ? vscode.l10n.t('1 identity') : vscode.l10n.t('{0} identities', identities.length),
    icon: new vscode.ThemeIcon('color-mode', new vscode.ThemeColor('list.warningForeground')),
    tooltip: [vscode.l10n.t('Identities whose IAM policies use keys: only the consumer\'s half is there, or the key policy is not in the workspace.')],
    abilities: [],
  };
}

function lookOfIdentity({ identity, accountName }: IdentityNode): Look {
  return {
    label: identity.label, description: accountName || (identity.account ?? vscode.l10n.t('account not known')),
    icon: new vscode.ThemeIcon('account'), tooltip: [nameOfIdentity(identity), vscode.l10n.t('Only the consumer\'s half is there.')],
    abilities: identity.policies.length > 0 ? ['opens', 'generates'] : [],
  };
}

/** Shapes differ, so that nothing hangs on colour; the words stand beside them. */
const STATE_ICONS: Readonly<Record<ShownState, vscode.ThemeIcon>> = {
  'both': new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  'partly': new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  'partly-if': new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  'conditional': new vscode.ThemeIcon('checklist', new vscode.ThemeColor('testing.iconPassed')),
  'key-policy': new vscode.ThemeIcon('color-mode', new vscode.ThemeColor('list.warningForeground')),
  'identity-policy': new vscode.ThemeIcon('color-mode', new vscode.ThemeColor('list.warningForeground')),
  'none': new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
  'unknown': new vscode.ThemeIcon('question'),
};

const STATE_WORDS = stateWords(vscode.l10n.t);

/** "2 work; 1 blocked": some words have a comma of their own. */
function says(handshakes: KeyNode['handshakes']): string[] {
  const parts = Array.from(tally(handshakes), ([state, count]) => `${count} ${STATE_WORDS[state][count === 1 ? 0 : 1]}`);
  return parts.length > 0 ? [parts.join('; ')] : [];
}

function wordOf({ state, actions }: HandshakePart): string {
  switch (state) {
    case 'key-policy': return vscode.l10n.t('not in the IAM policy');
    case 'identity-policy': return vscode.l10n.t('not in the key policy');
    default: return STATE_WORDS[state][actions.length === 1 ? 0 : 1];
  }
}

function fileName({ uri }: MapPolicy): string {
  return vscode.Uri.parse(uri).path.split('/').at(-1) ?? '';
}

function sayLink({ certain, says: words }: MapLink): string {
  return certain ? words : vscode.l10n.t('assumed: {0}', words);
}

function nameOfIdentity({ arn, account, label }: MapIdentity): string {
  return arn ?? (account === undefined ? vscode.l10n.t('{0}: not known to whom it is attached', label) : vscode.l10n.t('{0} of account {1}', label, account));
}

/** Only what both ARNs are known of can be asked about. */
function explains({ arn: key }: MapKey, { arn: identity }: MapIdentity): string[] {
  return key !== undefined && identity !== undefined ? ['explains'] : [];
}
