/** Small workspaces for tests of generated halves: files as values, put in and read as the real ones are. */
import { evaluationWorld } from '../../support/access-builders';
import * as assert from 'node:assert/strict';
import { actionsIn, NO_ACTIONS, type ActionSet } from '../../../server/src/core/aws/actions';
import { decidePair } from '../../../server/src/core/access/pair-verdicts';
import type { Outcome } from '../../../server/src/core/access/verdict';
import type { Counterpart, Refusal } from '../../../server/src/core/generate/counterpart';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import type { DiscoveredPolicy } from '../../../server/src/core/discovery/discovery-result';
import type { FileChange } from '../../../server/src/core/text/file-change';
import { emptyWorkspace, updateWorkspace, type Workspace } from '../../../server/src/core/workspace/workspace';
import type { Identity, Key } from '../../../server/src/core/linking/entities';
import type { World } from '../../../server/src/core/workspace/world';
import { manifestOf } from '../../support/fixtures';

/** Path below the folder to text, or to a value that is written as JSON. */
export type Files = Readonly<Record<string, unknown>>;

/** Declares the key's policy and the policies of role App of the consumer. */
export const manifest = manifestOf('producer/key-policy.json', 'consumer/*.json');

export interface Opened {
  readonly files: Readonly<Record<string, string>>;
  readonly workspace: Workspace;
  readonly world: World;
  readonly policy: (path: string) => DiscoveredPolicy;
  readonly key: Key;
}

const FOLDER = 'file:///w';
export const uriOf = (path: string): string => `${FOLDER}/${path}`;
export const pathOf = (uri: string): string => uri.slice(FOLDER.length + 1);

export function open(files: Files): Opened {
  const texts = Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`]),
  );
  const start = emptyWorkspace({ folders: [{ uri: FOLDER }] });
  const workspace = updateWorkspace(start, Object.entries(texts).map(([path, text]) => ({ put: { uri: uriOf(path), text } }))).workspace;
  const policy = (path: string): DiscoveredPolicy => {
    const found = workspace.readings.get(uriOf(path))?.policies[0];
    assert.ok(found, `no policy in ${path}`);
    return found;
  };
  const { world } = workspace;
  return {
    files: texts, workspace, world, policy,
    get key() {
      const key = world.keys.find((candidate) => candidate.policy) ?? world.keys[0];
      assert.ok(key, 'the workspace knows a key');
      return key;
    },
  };
}

export function done(result: Counterpart | Refusal): Counterpart {
  if (isRefusal(result)) assert.fail(result.refused);
  return result;
}

export function refused(result: Counterpart | Refusal): string {
  assert.ok(isRefusal(result), 'refused');
  return result.refused;
}

/** The workspace after the changes. */
export function applied(opened: Opened, changes: readonly FileChange[]): Opened {
  const files: Record<string, string> = { ...opened.files };
  for (const change of changes) {
    const path = pathOf(change.uri);
    const before = files[path];
    if ('create' in change) {
      assert.equal(before, undefined, `${path} is there already`);
      files[path] = change.create;
    } else {
      assert.ok(before !== undefined, `${path} is not there`);
      files[path] = [...change.edits].sort((a, b) => b.span.start - a.span.start)
        .reduce((text, edit) => text.slice(0, edit.span.start) + edit.newText + text.slice(edit.span.end), before);
    }
  }
  return open(files);
}

/** The names of the actions of a pair that have one of the outcomes. */
export function actionsWith(identity: Identity, key: Key, outcomes: readonly Outcome[]): string[] {
  const set = decidePair(identity, key, evaluationWorld()).filter(({ verdict }) => outcomes.includes(verdict.outcome))
    .reduce<ActionSet>((all, group) => all | group.actions, NO_ACTIONS);
  return actionsIn(set).map((action) => action.name).sort();
}

export function identityIn(world: World, arn: string): Identity {
  const identity = world.identities.find((candidate) => candidate.arn === arn);
  assert.ok(identity, `${arn} is known`);
  return identity;
}

/** The statements of a document, each as `Sid: actions`. */
export function statementsOf(counterpart: Counterpart): readonly Record<string, unknown>[] {
  return counterpart.statements as readonly Record<string, unknown>[];
}
