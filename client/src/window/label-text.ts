import { escapeMessageText } from '../../../server/src/core/text/message-text';
import { plainLine } from '../../../server/src/core/text/plain-line';

/**
 * A text where VS Code reads `$(name)` as an icon and nothing else as more than text: labels, descriptions and details of quick picks, the
 * status bar, lenses (VS Code API, QuickPickItem and StatusBarItem). A backslash keeps it text; it is not shown.
 */
export function labelText(text: string): string {
  return plainLine(text).replace(/\$(?=\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\))/g, '\\$');
}

/**
 * A text below an input box, where VS Code makes links as in messages, and icons as in labels
 * (src/vs/platform/quickinput/browser/quickInputUtils.ts).
 */
export function promptText(text: string): string {
  return labelText(escapeMessageText(text));
}
