import { templateReferences, type TemplateReferences } from '../../discovery/cloudformation/template-references';
import { hasOneValue } from '../../discovery/cloudformation/template-parameters';
import type { PlaceholderValue } from '../../policy/policy-string';
import { memberOf, type Node } from '../../syntax/tree';
import { outputOf, type TemplateMember } from './template-member';
import type { NestedStack } from './nested-stacks';

/** How the templates of a unit refer to each other. */
export interface TemplateLinks {
  /** By the URI of a template the stacks that others make of it. */
  readonly parentStacks: ReadonlyMap<string, readonly ParentStack[]>;
  /** By the URI of a template what its imports give, by their placeholders. */
  readonly imports: ReadonlyMap<string, ReadonlyMap<string, ImportedValue>>;
}

export interface ParentStack {
  readonly parent: TemplateMember;
  readonly stack: NestedStack;
}

export interface ImportedValue {
  readonly exporter: TemplateMember;
  readonly value: Node;
  /** Why it may be the export of another stack; undefined where the names are the same. */
  readonly assumption: string | undefined;
}

/** What the names of each template stand for, as far as the other templates tell. */
export interface TemplateEvaluator {
  readonly referencesOf: (member: TemplateMember) => TemplateReferences;
  /** Of a placeholder: a parameter, an output of a nested stack, or an import. */
  readonly valueFromUnit: (member: TemplateMember, name: string) => PlaceholderValue | undefined;
  /** Whether several deployments give the parameter different values. */
  readonly hasSeveralValues: (member: TemplateMember, name: string) => boolean;
}

/** What is known of the placeholders of a template besides what other templates say. */
export interface KnownValues {
  readonly values: ReadonlyMap<string, PlaceholderValue>;
  readonly alternatives: ReadonlyMap<string, readonly string[]>;
}

export function createTemplateEvaluator(members: readonly TemplateMember[], known: ReadonlyMap<string, KnownValues>,
  links: TemplateLinks): TemplateEvaluator {
  const membersByPath = new Map(members.map((member) => [member.file.path, member]));
  const references = new Map<string, TemplateReferences>();
  const values = new Map<string, PlaceholderValue | undefined>();
  const referencesOf = (member: TemplateMember): TemplateReferences => {
    const cachedReferences = references.get(member.uri);
    if (cachedReferences) return cachedReferences;
    const newReferences = templateReferences(member.template, {
      valueOf: (name) => member.file.declaredValues(name) ?? valueFromUnit(member, name),
      hasSeveralValues: (name) => hasSeveralValues(member, name),
    }, member.partition);
    references.set(member.uri, newReferences);
    return newReferences;
  };
  const valueFromUnit = (member: TemplateMember, name: string): PlaceholderValue | undefined => {
    const key = `${member.uri} ${name}`;
    if (values.has(key)) return values.get(key);
    // Stacks can give values to each other in a circle.
    values.set(key, undefined);
    const value = known.get(member.uri)?.values.get(name) ?? valueFromParents(member, name) ?? valueFromOutput(member, name)
      ?? importedValue(member, name);
    values.set(key, value);
    return value;
  };
  const valueFromParents = (member: TemplateMember, name: string): PlaceholderValue | undefined => {
    const stacks = links.parentStacks.get(member.uri);
    if (!stacks || !hasOneValue(name, member.template)) return undefined;
    const stackValues = stacks.map(({ parent, stack }) => valueOfGiven(parent, memberOf(stack.parameters, name)?.value));
    const [first] = stackValues;
    return stackValues.every((value) => value?.text === first?.text) ? first : undefined;
  };
  const valueOfGiven = (parent: TemplateMember, node: Node | undefined): PlaceholderValue | undefined => {
    const value = referencesOf(parent).valueOfNode(node);
    return value?.text === '' ? undefined : value;
  };
  const hasSeveralValues = (member: TemplateMember, name: string): boolean => {
    if (known.get(member.uri)?.alternatives.has(name) === true) return true;
    const stacks = links.parentStacks.get(member.uri) ?? [];
    return stacks.some(({ stack }) => memberOf(stack.parameters, name)) && valueFromUnit(member, name) === undefined;
  };
  /** Of a template that is used for several stacks the outputs of one are not those of the others. */
  const valueFromOutput = (member: TemplateMember, name: string): PlaceholderValue | undefined => {
    const [, logicalId, output = ''] = /^(\w+)\.Outputs\.(\w+)$/.exec(name) ?? [];
    const stack = logicalId === undefined ? undefined : member.nestedStacks.find((nestedStack) => nestedStack.logicalId === logicalId);
    const child = stack && membersByPath.get(stack.path);
    if (!child || links.parentStacks.get(child.uri)?.length !== 1) return undefined;
    return referencesOf(child).valueOfNode(outputOf(child.template, output));
  };
  const importedValue = (member: TemplateMember, name: string): PlaceholderValue | undefined => {
    const importLink = links.imports.get(member.uri)?.get(name);
    const value = importLink && referencesOf(importLink.exporter).valueOfNode(importLink.value);
    if (!importLink || !value) return undefined;
    const assumptions = [...value.assumptions ?? [], ...importLink.assumption === undefined ? [] : [importLink.assumption]];
    return assumptions.length > 0 ? { text: value.text, assumptions } : { text: value.text };
  };
  return { referencesOf, valueFromUnit, hasSeveralValues };
}
