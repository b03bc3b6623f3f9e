import * as vscode from 'vscode';
import type { Shell } from '../../../server/src/lsp/protocol/generate';
import { pickItem } from '../window/quick-pick';

const POSIX_SHELLS = new Set(['sh', 'bash', 'zsh', 'ksh', 'mksh', 'dash', 'ash', 'fish', 'wsl']);

/** Whose quotes the shell with that path takes; undefined for one that is none of them, such as `nu` or `tcsh`. */
export function shellOfPath(path: string): Shell | undefined {
  const program = path.split(/[\\/]/).at(-1)?.toLowerCase().replace(/\.exe$/, '') ?? '';
  if (/^(pwsh|powershell)(-preview|_ise)?$/.test(program)) return 'powershell';
  if (program === 'cmd') return 'cmd';
  // Where VS Code does not tell, as in a browser, the shell is that of a container.
  return POSIX_SHELLS.has(program) || program === '' ? 'posix' : undefined;
}

/** Asks for the shell that a command is to be pasted into. Undefined when it was dismissed. */
export async function pickShell(): Promise<Shell | undefined> {
  const items: readonly { readonly label: string; readonly description: string; readonly shell: Shell }[] = [
    { label: 'bash', description: vscode.l10n.t('sh, zsh, ksh and fish too'), shell: 'posix' },
    { label: 'PowerShell', description: '', shell: 'powershell' },
    { label: 'cmd.exe', description: vscode.l10n.t('the Windows Command Prompt'), shell: 'cmd' },
  ];
  return (await pickItem(items, { placeholder: vscode.l10n.t('Into which shell do you paste the command?') }))?.shell;
}
