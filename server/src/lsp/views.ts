import { CodeLensRefreshRequest, InlayHintRefreshRequest, type Connection } from 'vscode-languageserver';
import type { Clock, Log } from '../host/contract';
import type { Abilities } from './abilities';
import { guarded } from './guarded';
import type { Notifications } from './protocol/requests';
import { pulse, VIEWING } from './pulse';

/** What the editor shows beside the findings: it asks again only when it is told to. */
export interface Views {
  /** Some text or finding is another than before. */
  readonly changed: () => void;
  /** Lenses and hints alone are to be asked for again. */
  readonly hintsChanged: () => void;
  readonly stop: () => void;
}

export function views(connection: Connection, abilities: Abilities, { clock, log }: { readonly clock: Clock; readonly log: Log }): Views {
  const changes = pulse(clock, VIEWING, () => void guarded(log, 'telling of a change', () => {
    const nothing: Notifications['kmsHandshake/changed'] = {};
    return connection.sendNotification('kmsHandshake/changed', nothing);
  }));
  // What another file says may have changed them.
  const hints = pulse(clock, VIEWING, () => {
    if (abilities.refreshesLenses) void guarded(log, 'asking for lenses again', () => connection.sendRequest(CodeLensRefreshRequest.type));
    if (abilities.refreshesHints) void guarded(log, 'asking for hints again', () => connection.sendRequest(InlayHintRefreshRequest.type));
  });
  return {
    changed: () => {
      if (abilities.wantsChanges) changes.poke();
      hints.poke();
    },
    hintsChanged: hints.poke,
    stop: () => {
      changes.stop();
      hints.stop();
    },
  };
}
