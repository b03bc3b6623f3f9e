import { compareIdentifiers } from '../../aws/identifier-comparison';
import { exportNameOf, type ExportName } from './export-names';
import type { ImportedValue, ParentStack, TemplateEvaluator } from './template-evaluator';
import type { TemplateExport, TemplateMember } from './template-member';

export function parentStacksOf(members: readonly TemplateMember[]): ReadonlyMap<string, readonly ParentStack[]> {
  const membersByPath = new Map(members.map((member) => [member.file.path, member]));
  const parents = new Map<string, ParentStack[]>();
  for (const parent of members) {
    for (const stack of parent.nestedStacks) {
      const child = membersByPath.get(stack.path);
      if (child && child !== parent) parents.set(child.uri, [...parents.get(child.uri) ?? [], { parent, stack }]);
    }
  }
  return parents;
}

interface NamedExport extends TemplateExport {
  readonly exporter: TemplateMember;
  readonly exportName: ExportName;
}

/** The exports of a unit by their names and, where these are not known, by their patterns. */
type ExportIndex = ReadonlyMap<string, readonly NamedExport[]>;

/**
 * The export behind each import. The name of an export is unique in its account and Region, so several templates that export a name are
 * told apart by these.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */
export function linkImports(members: readonly TemplateMember[],
  evaluator: TemplateEvaluator): ReadonlyMap<string, ReadonlyMap<string, ImportedValue>> {
  if (members.every(({ imports }) => imports.length === 0)) return new Map();
  const exports = indexExports(members, evaluator);
  return new Map(members.map((member) => [member.uri, new Map(member.imports.flatMap(({ name, placeholder }) => {
    const importName = exportNameOf(name, member.template, evaluator.referencesOf(member));
    const importedValue = importedValueOf(importName, exports, ({ exporter }) => mayShareEnvironment(exporter, member, evaluator));
    return importedValue ? [[placeholder, importedValue] as const] : [];
  }))]));
}

function indexExports(members: readonly TemplateMember[], { referencesOf }: TemplateEvaluator): ExportIndex {
  const index = new Map<string, NamedExport[]>();
  const add = (key: string, namedExport: NamedExport): void => {
    const exports = index.get(key);
    if (exports) exports.push(namedExport);
    else index.set(key, [namedExport]);
  };
  for (const exporter of members) {
    for (const templateExport of exporter.exports) {
      const exportName = exportNameOf(templateExport.name, exporter.template, referencesOf(exporter));
      const namedExport = { ...templateExport, exporter, exportName };
      if (exportName.text !== undefined) add(nameKey(exportName.text), namedExport);
      if (exportName.pattern !== undefined) add(patternKey(exportName.pattern), namedExport);
    }
  }
  return index;
}

function nameKey(name: string): string {
  return `name ${name}`;
}

function patternKey(pattern: string): string {
  return `pattern ${pattern}`;
}

function mayShareEnvironment(a: TemplateMember, b: TemplateMember, { referencesOf }: TemplateEvaluator): boolean {
  const [first, second] = [referencesOf(a), referencesOf(b)];
  return compareIdentifiers(first.account, second.account) !== 'different'
    && compareIdentifiers(first.region, second.region) !== 'different';
}

function importedValueOf({ text, pattern }: ExportName, exports: ExportIndex,
  isPossible: (namedExport: NamedExport) => boolean): ImportedValue | undefined {
  const [certain, ...otherCertain] = text === undefined ? [] : (exports.get(nameKey(text)) ?? []).filter(isPossible);
  if (certain) {
    return otherCertain.length > 0 ? undefined : { exporter: certain.exporter, value: certain.value, assumption: undefined };
  }
  if (pattern === undefined) return undefined;
  // Two names that are known in full, and differ, do not link.
  const [assumed, ...otherAssumed] = (exports.get(patternKey(pattern)) ?? []).filter(({ exportName }) =>
    text === undefined || exportName.text === undefined).filter(isPossible);
  if (!assumed || otherAssumed.length > 0) return undefined;
  return { exporter: assumed.exporter, value: assumed.value,
    assumption: `the export "${pattern}" of ${assumed.exporter.template.fileName}, by its name` };
}
