import type { DisplayedHandshakeStatus } from '../../../server/src/lsp/protocol/handshakes';

/**
 * What a state is called, of one handshake or action and of several: the words of the map. `t` brings them into the language of VS Code.
 */
export function handshakeStateLabels(
  t: (message: string) => string,
): Readonly<Record<DisplayedHandshakeStatus, readonly [one: string, several: string]>> {
  return {
    'both': [t('works'), t('work')],
    'partly': [t('works, some actions blocked'), t('work, some actions blocked')],
    'conditional': [t('works under conditions'), t('work under conditions')],
    'partly-if': [t('works under conditions, some actions blocked'), t('work under conditions, some actions blocked')],
    'key-policy': [t('only the key policy\'s half'), t('only the key policy\'s half')],
    'identity-policy': [t('only the IAM policy\'s half'), t('only the IAM policy\'s half')],
    'none': [t('blocked'), t('blocked')],
    'unknown': [t('unknown'), t('unknown')],
    'not-requested': [t('not asked for'), t('not asked for')],
  };
}
