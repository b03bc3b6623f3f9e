import * as assert from 'node:assert/strict';
import { identityPolicy, keyPolicy } from './fixtures';
import { applyFix, checkFindings, textOf } from './expect-findings';
import type { FilesByPath } from './workspace-from-texts';

type PolicyElements = Readonly<Record<string, unknown>>;

export function conditionMember(operator: string, key: string, value: unknown): PolicyElements {
  return { Condition: { [operator]: { [key]: value } } };
}

/** A key policy whose statement for the consumer has this condition. */
export function keyPolicyWithCondition(operator: string, key: string, value: unknown, elements: PolicyElements = {}): object {
  return keyPolicy({ ...elements, ...conditionMember(operator, key, value) });
}

/** An identity policy whose statement has this condition. */
export function identityPolicyWithCondition(operator: string, key: string, value: unknown, elements: PolicyElements = {}): object {
  return identityPolicy({ ...elements, ...conditionMember(operator, key, value) });
}

/** The first fix (or that of the title) changes these words of one file and nothing else, and leaves no finding of the code. */
export function expectFixReplaces(files: FilesByPath, code: string, path: string, changes: readonly (readonly [string, string])[],
  title = ''): void {
  const after = applyFix(files, code, title);
  const due = changes.reduce((text, [from, to]) => text.replace(from, to), textOf(files[path] ?? ''));
  assert.deepEqual(after, { ...Object.fromEntries(Object.entries(files).map(([name, content]) => [name, textOf(content)])), [path]: due });
  checkFindings(after, [], [code]);
}

/** The text of a string in a finding's line, quotes included. */
export function jsonString(value: string): string {
  return JSON.stringify(JSON.stringify(value));
}
