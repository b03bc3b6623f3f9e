/** Whatever is typed, and wherever the cursor is: answers, or none, with places that are there. */
import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { definitionAt } from '../../../server/src/core/editor/navigation/definition';
import { manifestLinksIn } from '../../../server/src/core/editor/navigation/document-links';
import { outlineOf, type OutlineItem } from '../../../server/src/core/editor/navigation/document-symbols';
import { referencesAt } from '../../../server/src/core/editor/navigation/references';
import { renameTargetAt } from '../../../server/src/core/editor/rename/rename';
import { findWorkspaceSymbols } from '../../../server/src/core/editor/navigation/workspace-symbols';
import { analyse } from '../../../server/src/core/analysis/analyse';
import type { Location } from '../../../server/src/core/text/span';
import { uriOfPath, workspaceFromTexts } from '../../support/workspace-from-texts';
import { APP, KEY, MANIFEST, PAIR } from './handshake-fixture';

/** A text that is cut off, has a hole, or has something typed into it. */
const broken = (text: string): fc.Arbitrary<string> =>
  fc.tuple(fc.nat(text.length), fc.nat(40), fc.constantFrom('', '"', '{', ']', '\\', ',', '\r\n', '${x}', 'arn:aws:'), fc.boolean())
    .map(([at, length, typed, cut]) => text.slice(0, at) + typed + (cut ? '' : text.slice(at + length)));
const wrapped = (text: string): string => JSON.stringify({ Policy: text, PolicyName: 'default' });

describe('editor: laws of navigation', () => {
  it('no text makes it fail, and every place lies in its file', () => {
    fc.assert(fc.property(fc.constantFrom(KEY, APP, MANIFEST), fc.boolean(), fc.nat(), fc.context(), (path, inside, seed, context) => {
      const before = inside && path !== MANIFEST ? wrapped(PAIR[path] ?? '') : PAIR[path] ?? '';
      const [text] = fc.sample(broken(before), { numRuns: 1, seed });
      context.log(text ?? '');
      const workspace = workspaceFromTexts({ ...PAIR, [path]: text ?? '' });
      const uri = uriOfPath(path);
      const isThere = ({ uri: file, span }: Location): void => {
        const { length } = workspace.files.get(file)?.source.text ?? '';
        assert.ok(span.start >= 0 && span.start <= span.end && span.end <= length, `${file} ${JSON.stringify(span)}`);
      };
      const analysis = analyse(workspace);
      for (let offset = 0; offset <= (text ?? '').length; offset += 5) {
        const found = definitionAt(workspace, uri, offset);
        if (found)
          [found.origin, ...found.targets.flatMap(({ location: at, selectionSpan }) => [at, { uri: at.uri, span: selectionSpan }])].forEach(
            isThere,
          );
        referencesAt(workspace, () => analysis, uri, offset, true).forEach(isThere);
        const renameTarget = renameTargetAt(workspace, uri, offset);
        if (renameTarget) {
          isThere(renameTarget.location);
          assert.ok(renameTarget.location.span.start <= offset + 2 && offset <= renameTarget.location.span.end + 2,
            'the cursor is on the name or its quotes');
        }
      }
      const items = outlineOf(workspace.world, workspace.readings.get(uri) ?? { policies: [] });
      const checkItem = ({ span, selectionSpan: mark, name, children }: OutlineItem): void => {
        [span, mark].forEach((part) => isThere({ uri, span: part }));
        assert.ok(name !== '' && span.start <= mark.start && mark.end <= span.end, name);
        children.forEach(checkItem);
      };
      items.forEach(checkItem);
      manifestLinksIn(workspace, uri).forEach(({ span, target }) => [{ uri, span }, target].forEach(isThere));
      findWorkspaceSymbols(workspace, '').forEach(({ location: at }) => isThere(at));
    }), { numRuns: 60 });
  });
});
