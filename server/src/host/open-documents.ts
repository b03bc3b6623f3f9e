import { TextDocument } from 'vscode-languageserver-textdocument';
import { canonicalUri, type OpenDocument, type OpenDocuments } from './host';

/** No documents yet; the editor says what it opens. */
export function createOpenDocuments(): OpenDocuments {
  const texts = new Map<string, TextDocument>();
  const documents = new Map<string, OpenDocument>();
  const keep = (text: TextDocument): OpenDocument => {
    const { uri: editorUri, languageId, version } = text;
    const document = { uri: canonicalUri(editorUri), editorUri, languageId, version, text: text.getText() };
    texts.set(document.uri, text);
    documents.set(document.uri, document);
    return document;
  };
  return {
    // Told of each file of a workspace when nothing is open yet, where parsing its URI would be all the work.
    get: (uri) => documents.get(uri) ?? (documents.size === 0 ? undefined : documents.get(canonicalUri(uri))),
    all: () => documents.values(),
    open: ({ uri, languageId, version, text }) => keep(TextDocument.create(uri, languageId, version, text)),
    change: (uri, version, changes) => {
      const before = texts.get(canonicalUri(uri));
      if (before === undefined) throw new Error(`${uri} was changed but is not open`);
      return keep(TextDocument.update(before, changes.map((change) => ({ ...change })), version));
    },
    close: (uri) => {
      const canonical = canonicalUri(uri);
      const document = documents.get(canonical);
      texts.delete(canonical);
      documents.delete(canonical);
      return document;
    },
  };
}
