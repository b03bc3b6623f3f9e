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

/**
 * The export behind each import. The name of an export is unique in its account and Region, so several templates that export a name are
 * told apart by these.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */
export function linkImports(members: readonly TemplateMember[],
  evaluator: TemplateEvaluator): ReadonlyMap<string, ReadonlyMap<string, ImportedValue>> {
  if (members.every(({ imports }) => imports.length === 0)) return new Map();
  const exports = members.flatMap((exporter) => exporter.exports.map((templateExport): NamedExport => ({ ...templateExport, exporter,
    exportName: exportNameOf(templateExport.name, exporter.template, evaluator.referencesOf(exporter)) })));
  return new Map(members.map((member) => [member.uri, new Map(member.imports.flatMap(({ name, placeholder }) => {
    const importName = exportNameOf(name, member.template, evaluator.referencesOf(member));
    const imported = importedValueOf(importName, exports.filter(({ exporter }) => mayShareEnvironment(exporter, member, evaluator)));
    return imported ? [[placeholder, imported] as const] : [];
  }))]));
}

function mayShareEnvironment(a: TemplateMember, b: TemplateMember, { referencesOf }: TemplateEvaluator): boolean {
  const [first, second] = [referencesOf(a), referencesOf(b)];
  return compareIdentifiers(first.account, second.account) !== 'different'
    && compareIdentifiers(first.region, second.region) !== 'different';
}

function importedValueOf({ text, pattern }: ExportName, exports: readonly NamedExport[]): ImportedValue | undefined {
  const sameText = text === undefined ? [] : exports.filter(({ exportName }) => exportName.text === text);
  const [certain, ...otherCertain] = sameText;
  if (certain) {
    return otherCertain.length > 0 ? undefined : { exporter: certain.exporter, value: certain.value, assumption: undefined };
  }
  const samePattern = exports.filter(({ exportName }) => pattern !== undefined && exportName.pattern === pattern
    && (text === undefined || exportName.text === undefined));
  const [assumed, ...otherAssumed] = samePattern;
  if (!assumed || pattern === undefined || otherAssumed.length > 0) return undefined;
  return { exporter: assumed.exporter, value: assumed.value,
    assumption: `the export "${pattern}" of ${assumed.exporter.template.fileName}, by its name` };
}
