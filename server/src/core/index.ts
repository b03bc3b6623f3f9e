/** The only door into the core: what language server and command line may use. */
export type { FileChange } from './text/change';
export { lineIndex, offsetAt, positionAt, type LineIndex, type Position } from './text/line-index';
export { contains, overlaps, type Location, type Span, type TextEdit } from './text/span';
export { actionsIn, countActions, type ActionSet } from './aws/actions';
export type { LocatedPolicy } from './locate/located';
export { mayHoldPolicy } from './locate/may-hold-policy';
export { emptyWorkspace, isExcluded, updateWorkspace, type Workspace, type WorkspaceChange } from './workspace/workspace';
export type { Folder } from './workspace/manifests';
export { MANIFEST_NAME } from './workspace/manifest';
export type { Identity, Key, Link, World } from './workspace/world';
export { pairsOf } from './access/meet';
export { decidePair } from './access/pair';
export type { Because, OpenCondition, Outcome, Reason, Verdict } from './access/verdict';
export { analyse, type Analysis } from './rules/analyse';
export type { Finding, Fix, Severity } from './rules/finding';
export { RULES } from './rules/registry';
