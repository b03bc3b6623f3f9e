import { rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { OWNER, type StatementJson } from '../../../support/fixtures';
import { keyPolicyForRole, matchingPair, toJson } from '../../../support/policy-pair';
import { at, codeOf, diagnostics, folder, waitForCode, write } from './editor';
import { until } from './poll';

export const APP = 'consumer/app.json';
export const KEY = 'producer/key.json';
export const MANIFEST_FILE = 'kms-handshake.json';

/** The folder as these files and nothing else. Texts go in as they are, objects as JSON. */
export async function lay(files: Readonly<Record<string, object | string>>): Promise<void> {
  for (const [name] of await vscode.workspace.fs.readDirectory(folder())) {
    if (!Object.keys(files).some((file) => file.split('/')[0] === name)) await remove(name);
  }
  for (const [name, content] of Object.entries(files)) {
    const parent = name.split('/').slice(0, -1).join('/');
    if (parent !== '') await removeOthers(parent, Object.keys(files));
    await write(name, typeof content === 'string' ? content : toJson(content));
  }
}

/**
 * Leaves a declaration of nothing for whatever comes next, and waits until the server knows: findings that are left would be taken
 * for those of the next test.
 */
export async function tidy(): Promise<void> {
  await lay({ [MANIFEST_FILE]: '{ "accounts": { "111122223333": "owner", "444455556666": "consumer" } }\n' });
  await until('all findings to be gone', () => {
    const left = vscode.languages.getDiagnostics().flatMap(([uri, found]) =>
      found.filter(({ source }) => source === 'kms-handshake').map((diagnostic) => `${uri.path}: ${codeOf(diagnostic)}`)
    );
    if (left.length > 0) throw new Error(left.join(', '));
    return true;
  });
}

async function removeOthers(parent: string, wanted: readonly string[]): Promise<void> {
  const there = await vscode.workspace.fs.readDirectory(at(parent)).then((entries) => entries, () => []);
  for (const [name] of there) if (!wanted.includes(`${parent}/${name}`)) await remove(`${parent}/${name}`);
}

export async function remove(relative: string): Promise<void> {
  await vscode.workspace.fs.delete(at(relative), { recursive: true, useTrash: false });
}

/** Past VS Code's own file service, so that only the watchers can notice. */
export function writeBehindItsBack(relative: string, text: string): void {
  writeFileSync(at(relative).fsPath, text);
}

export function deleteBehindItsBack(relative: string): void {
  rmSync(at(relative).fsPath);
}

/** What is on the disk, whatever the editor has. */
export async function onDisk(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

export const isFault = ({ severity }: vscode.Diagnostic): boolean =>
  severity === vscode.DiagnosticSeverity.Error || severity === vscode.DiagnosticSeverity.Warning;

/** Waits until no error or warning of ours is left in any of the files. */
export async function waitForClean(...uris: vscode.Uri[]): Promise<void> {
  await until(`no error and no warning in ${uris.map(({ path }) => path).join(', ')}`, () => {
    const left = uris.flatMap((uri) => diagnostics(uri).filter(isFault));
    if (left.length > 0) throw new Error(`found [${left.map((diagnostic) => `${codeOf(diagnostic)}: ${diagnostic.message}`).join(' | ')}]`);
    return true;
  });
}

/** Puts words into an editor before the first place that has `before`, unsaved. */
export async function typeBefore(editor: vscode.TextEditor, before: string, text: string): Promise<void> {
  const offset = editor.document.getText().indexOf(before);
  if (offset < 0) throw new Error(`${before} is not in the document`);
  editor.selection = new vscode.Selection(editor.document.positionAt(offset), editor.document.positionAt(offset));
  // as the keyboard does, auto-closing quotes and all would change what is typed: one edit at the cursor
  await editor.edit((edit) => { edit.insert(editor.selection.active, text); });
}

/** Brings the hint `root-is-account`, and nothing else: who waits for it knows that the key policy was judged. */
export const OWNER_READS: StatementJson = { Sid: 'OwnerReads', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OWNER}:root` },
  Action: 'kms:DescribeKey', Resource: '*' };

/** The files of a pair that fits, with one hint. */
export function fittingFiles(): ReturnType<typeof matchingPair> {
  return { ...matchingPair(), [KEY]: keyPolicyForRole(['kms:Decrypt'], OWNER_READS) };
}

/**
 * A pair that fits, with its findings known to be out: a test that goes on to wait for "none" would be content at once otherwise.
 * @returns the URIs of the IAM policy and of the key policy
 */
export async function layFittingPair(): Promise<{ readonly app: vscode.Uri; readonly key: vscode.Uri }> {
  await lay(fittingFiles());
  await waitForCode(at(KEY), 'root-is-account');
  await waitForClean(at(APP), at(KEY));
  return { app: at(APP), key: at(KEY) };
}
