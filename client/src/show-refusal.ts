import type { Refused } from '../../server/src/lsp/protocol/edits';
import { showWarning } from './window/messages';

/** Says why the server does not do what was asked for, without waiting for anybody to read it. */
export function showRefusal({ refused }: Refused): void {
  void showWarning(`KMS Handshake: ${refused}`);
}
