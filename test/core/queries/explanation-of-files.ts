import assert from 'node:assert/strict';
import { explain, type Explanation } from '../../../server/src/core/queries/explain';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { lineIndex, positionAt } from '../../../server/src/core/text/line-index';
import type { Location } from '../../../server/src/core/text/span';
import { KEY_ARN, ROLE_ARN } from '../../support/fixtures';
import { handshakeFiles, type HandshakeSetup, type HandshakeFiles } from '../../support/handshake-files';
import { fileText, worldOfFiles } from '../../support/world-of-files';

export const filesOf = (of: HandshakeFiles): HandshakeFiles =>
  Object.fromEntries(Object.entries(of).map(([path, content]) => [`w/${path}`, content]));

/** `producer/key-policy.json:12`, as the command line says it. */
export function placerOf(files: HandshakeFiles): (at: Location) => string {
  return ({ uri, span }) => {
    const path = uri.replace('file:///w/', '');
    return `${path}:${positionAt(lineIndex(fileText(files[path] ?? '')), span.start).line + 1}`;
  };
}

export function asked(files: HandshakeFiles, action = 'kms:Decrypt', identity = ROLE_ARN, key = KEY_ARN): Explanation | {
  refused: string;
} {
  return explain(worldOfFiles(filesOf(files)), { identity, action, key }, placerOf(files));
}

export function answered(...of: Parameters<typeof asked>): Explanation {
  const answer = asked(...of);
  if (isRefusal(answer)) assert.fail(answer.refused);
  return answer;
}

export function said(setup: HandshakeSetup, action?: string, identity?: string): string {
  return answered(handshakeFiles(setup), action, identity).sentence;
}
