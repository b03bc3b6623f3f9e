import { plainLine } from '../text/plain-line';

/** Control characters, ends of lines, tabs, and what turns the direction of text. */
const SHELL_CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** The shells that a command can be written for: `posix` is sh, bash, zsh, ksh and fish. */
export const SHELLS = ['posix', 'powershell', 'cmd'] as const;
export type Shell = (typeof SHELLS)[number];

interface ShellSyntax {
  /** Words that mean themselves without quotes. */
  readonly unquotedWord: RegExp;
  readonly quote: (text: string) => string;
  /** What no quotes of the shell protect, with the reason. */
  readonly unquotable: { readonly characters: RegExp; readonly reason: string } | undefined;
}

const SHELL_SYNTAXES: Readonly<Record<Shell, ShellSyntax>> = {
  // Single quotes keep all characters but themselves (POSIX Shell Command Language, 2.2.2). fish takes a backslash in them for an escape,
  // so that stands outside of them too. zsh replaces a word that begins with an equals sign.
  posix: {
    unquotedWord: /^[\w@%+:,./-][\w@%+=:,./-]*$/,
    quote: (text) => `'${text.replace(/['\\]/g, (char) => `'\\${char}'`)}'`,
    unquotable: undefined,
  },
  // A single quote is doubled, and typographic ones count as such (about_Quoting_Rules; CodeGeneration.EscapeSingleQuotedStringContent).
  // Where `aws` is a batch file, as after `pip install awscli`, Windows has cmd.exe read the words again, without quotes if they have no
  // blank (about_Parsing).
  powershell: {
    unquotedWord: /^[a-zA-Z][\w./:-]*$/,
    quote: (text) => `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`,
    unquotable: { characters: /["%&^]/, reason: 'one of " % & ^, which PowerShell does not hand to every program as it is' },
  },
  // In double quotes `%NAME%` and, with delayed expansion, `!NAME!` are replaced all the same; a backslash before a quote escapes it for
  // the program.
  cmd: {
    unquotedWord: /^[\w./:-]+$/,
    quote: (text) => `"${text}"`,
    unquotable: { characters: /["%!\\]/, reason: 'one of " % ! \\, which no quotes of cmd.exe protect' },
  },
};

/** The value as one word of the shell, or the sentence that says why it cannot be one. */
export function quoteForShell(text: string, shell: Shell): { readonly word: string } | { readonly reason: string } {
  const { unquotedWord, quote, unquotable } = SHELL_SYNTAXES[shell];
  // Where a command is pasted, a terminal takes control characters for keys, whatever quotes are around them: Enter, Ctrl+C, Tab.
  if (SHELL_CONTROL_CHARACTERS.test(text)) {
    return { reason: `"${plainLine(text).replaceAll('\t', '\\t')}" contains control characters, which can end a command where it is `
      + 'pasted, and begin another.' };
  }
  if (unquotable?.characters.test(text) === true) return { reason: `"${text}" contains ${unquotable.reason}.` };
  return { word: unquotedWord.test(text) ? text : quote(text) };
}
