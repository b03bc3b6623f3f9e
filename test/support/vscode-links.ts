/**
 * Whether VS Code makes a link in the text of a message, or of the prompt of an input box. The expression is that of its source,
 * src/vs/base/common/linkedText.ts.
 */
export function becomesVscodeLink(text: string): boolean {
  return /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i.test(text);
}

/**
 * Whether VS Code makes an icon of a part of a label (src/vs/base/browser/ui/iconLabel/iconLabels.ts); a backslash before it keeps it text.
 */
export function becomesVscodeIcon(label: string): boolean {
  return /(?<!\\)\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/.test(label);
}
