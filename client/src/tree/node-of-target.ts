import type { HandshakeMap } from '../../../server/src/lsp/protocol/handshakes';
import type { MapTarget } from '../../webview/messages';
import { rootNodes, type TreeNode } from './tree-nodes';

/** The line of the tree for what was chosen in the matrix or the map; undefined when it has gone. */
export function nodeOfTarget(map: HandshakeMap, target: MapTarget): TreeNode | undefined {
  const keyNode = 'key' in target
    ? rootNodes(map).find((node) => node.kind === 'key' && node.key.id === target.key)
    : undefined;
  const identity = 'identity' in target ? map.identities.find(({ id }) => id === target.identity) : undefined;
  if (!('identity' in target)) return keyNode;
  if (identity === undefined) return undefined;
  if (!('key' in target)) {
    const accountName = map.accounts.find(({ id }) => id === identity.account)?.name ?? '';
    return { kind: 'identity', id: `identity ${identity.id}`, identity, accountName };
  }
  if (keyNode?.kind !== 'key') return undefined;
  const { key, handshakes } = keyNode;
  const handshake = handshakes.find((candidate) => map.identities[candidate.identity] === identity);
  return handshake && { kind: 'handshake', id: `${keyNode.id}, identity ${identity.id}`, key, identity, handshake };
}
