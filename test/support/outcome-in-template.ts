import assert from 'node:assert/strict';
import { decideAccess } from '../../server/src/core/access/decide-access';
import type { Verdict } from '../../server/src/core/access/verdict';
import { actionNamed } from '../../server/src/core/aws/actions';
import { worldOfFiles, type FolderFiles } from './world-of-files';

/** The verdict on an identity and a key that templates make, each named by its logical id. */
export function verdictInTemplates(files: FolderFiles, identity: string, action: string, key = 'Key'): Verdict {
  const world = worldOfFiles(files);
  const caller = world.identities.find(({ template }) => template?.logicalId === identity) ?? assert.fail(`no identity ${identity}`);
  const keyOfTemplate = world.keys.find(({ template }) => template?.logicalId === key) ?? assert.fail(`no key ${key}`);
  return decideAccess(caller, keyOfTemplate, actionNamed(action) ?? assert.fail(action), world).verdict;
}

/** The outcome with these resources in one template, to which `template` adds; with the members of its `Resources` beside them. */
export function outcomeInTemplate(resources: Readonly<Record<string, object>>, identity: string, action = 'kms:Decrypt',
  template: Readonly<Record<string, unknown>> = {}): Verdict['outcome'] {
  const stack = { ...template, Resources: { ...resources, ...template['Resources'] as object | undefined } };
  return verdictInTemplates({ 'w/stack.json': JSON.stringify(stack) }, identity, action).outcome;
}
