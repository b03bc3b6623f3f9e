import { WatchKind, type FileSystemWatcher } from 'vscode-languageserver';
import { MANIFEST_NAME } from '../core/index';

/**
 * What the editor is to tell of. Coming and going is watched for everything: of a folder that is moved or deleted some editors
 * tell only once, not for each file in it.
 */
export function fileSystemWatchers(files: readonly string[]): FileSystemWatcher[] {
  const contents = [...files.map(inAnyFolder), '**/.gitignore', `**/${MANIFEST_NAME}`];
  return [
    { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
    ...contents.map((globPattern) => ({ globPattern, kind: WatchKind.Change })),
  ];
}

/** The settings mean it relative to each folder of the workspace, but editors hold a pattern without a base against the whole path. */
function inAnyFolder(pattern: string): string {
  return `**/${pattern.replace(/^\.?\//, '').replace(/^\*\*\//, '')}`;
}
