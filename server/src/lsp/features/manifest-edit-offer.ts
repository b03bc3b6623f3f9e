import { MANIFEST_NAME, type FileChange } from '../../core/index';
import { toWorkspaceEdit, reasonNotWritable } from '../protocol-conversion';
import type { EditOffer, Refused } from '../protocol/edits';
import type { EditingSession } from './up-to-date-texts';

/**
 * A change of `kms-handshake.json` for the person to accept.
 *
 * @param change undefined where the file has no manifest that can be changed
 * @param summary what the change declares, as a sentence that begins with a verb: "Declares …"
 */
export function offerManifestChange({ conversionContext }: EditingSession, change: FileChange | undefined,
  summary: string): EditOffer | Refused {
  if (change === undefined)
    return { refused: `The file is not in a folder of the workspace, or its ${MANIFEST_NAME} cannot be changed: fix that first.` };
  const edit = toWorkspaceEdit(conversionContext, [change]);
  if (edit === undefined) return { refused: reasonNotWritable(conversionContext, [change]) ?? `This editor cannot make ${MANIFEST_NAME}.` };
  return { edit, uri: conversionContext.editorUri(change.uri), created: 'create' in change, summary,
    outcome: summary.replace(/^(?:Declare|Suppresse)s/, (verb) => (verb === 'Declares' ? 'Declared' : 'Suppressed')) };
}
