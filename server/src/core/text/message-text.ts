import { plainLine } from './plain-line';

/**
 * A text for the message of an editor, which shows it as it is. VS Code makes links of `[text](command:id)` in messages of extensions and
 * servers, without a way to escape them (src/vs/base/common/linkedText.ts), so the bracket and the parenthesis are set apart by a blank.
 * Editors that read CommonMark there find no link either: nor one in angle brackets, `<command:id>`.
 */
export function escapeMessageText(text: string): string {
  return plainLine(text).replace(/\](?=\()/g, '] ').replace(/<(?=[a-z][a-z0-9+.-]*:)/gi, '< ');
}
