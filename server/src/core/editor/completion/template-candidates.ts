import { containsSymbol } from '../../aws/identifier-comparison';
import { referenceInTemplate, textForSub } from '../../discovery/cloudformation/reference-in-template';
import type { PolicyInTemplate } from '../../discovery/cloudformation/template-file';
import type { TemplateResourceRef } from '../../linking/entities';
import { isTemplateFunctionName } from '../../policy/template-function';
import { mapStrings } from '../../syntax/canonical-value';
import type { TokenInsertion } from '../../syntax/syntax';
import type { JsonValue } from '../../syntax/tree-edit';
import type { CompletionCandidate } from './candidate';
import type { PolicyCompletionContext } from './completion-context';

/** The value that refers to the ARN of a resource of the same template; undefined where the policy cannot have such a reference. */
export function arnReference({ policy: { uri, template } }: PolicyCompletionContext,
  resource: TemplateResourceRef): JsonValue | undefined {
  const { logicalId } = resource;
  if (resource.uri !== uri || !template || template.referenceForm === 'none') return undefined;
  const wouldBeCircular = template.logicalId === logicalId || template.file.dependents(template.logicalId).includes(logicalId);
  return wouldBeCircular ? undefined : { 'Fn::GetAtt': [logicalId, 'Arn'] };
}

/**
 * The candidates as they are written in the policy: what only a deployment gives is a reference in the template that makes it, and is not
 * offered elsewhere. In the argument of a function only what fits there is left.
 */
export function candidatesInPolicy(candidates: readonly CompletionCandidate[],
  context: PolicyCompletionContext): readonly CompletionCandidate[] {
  return candidates.flatMap((candidate) => {
    const insertion = insertionInPolicy(candidate.insertion, context);
    if (!insertion) return [];
    const label = labelOf(candidate, insertion, context);
    if (label === candidate.label) return [{ ...candidate, insertion }];
    return [{ ...candidate, insertion, label, filterText: `${label} ${candidate.filterText ?? ''}`.trimEnd() }];
  });
}

function insertionInPolicy(insertion: TokenInsertion, context: PolicyCompletionContext): TokenInsertion | undefined {
  const { templateFunction, policy: { template } } = context;
  const reference = withReferences(insertion, context);
  if (!reference) return undefined;
  if (templateFunction === undefined) return template?.referenceForm === 'sub' ? inSubText(reference) : reference;
  return reference.items || reference.name !== undefined ? undefined : argumentOf(templateFunction, reference.value, context);
}

/** Undefined where a part is known only in another deployment. */
function withReferences(insertion: TokenInsertion,
  { policy: { template } }: PolicyCompletionContext): TokenInsertion | undefined {
  const unwritable: string[] = [];
  const write = (text: string): JsonValue => {
    if (!containsSymbol(text)) return text;
    const reference = template && referenceInTemplate(text, { ...template, referenceForm: functionForm(template) });
    if (reference && 'value' in reference) return reference.value;
    unwritable.push(text);
    return text;
  };
  const writeValue = (value: JsonValue): JsonValue => mapStrings(value, write, isTemplateFunctionName);
  const reference: TokenInsertion = insertion.items ? { items: insertion.items.map(writeValue) }
    : { ...insertion, value: writeValue(insertion.value) };
  return unwritable.length > 0 ? undefined : reference;
}

/** First as functions, of which the texts are made. */
function functionForm({ referenceForm }: PolicyInTemplate): PolicyInTemplate['referenceForm'] {
  return referenceForm === 'sub' ? 'function' : referenceForm;
}

function inSubText(insertion: TokenInsertion): TokenInsertion {
  const write = (value: JsonValue): JsonValue => {
    const text = textForSub(value);
    if (typeof text === 'string') return text;
    if (Array.isArray(value)) return value.map((item: JsonValue) => write(item));
    return value === null || typeof value !== 'object' ? value
      : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, write(item)]));
  };
  return insertion.items ? { items: insertion.items.map(write) } : { ...insertion, value: write(insertion.value) };
}

/** What stands for a value in the argument of a function that gives values. */
function argumentOf(name: string, value: JsonValue, { token }: PolicyCompletionContext): TokenInsertion | undefined {
  if (name === 'Fn::Sub') {
    const text = textForSub(value);
    return typeof text === 'string' ? { value: text } : undefined;
  }
  const call = functionCallOf(value);
  if (call?.name !== name) return undefined;
  // In a list the attribute is an item of its own.
  return { value: token.position === 'item' ? call.parts[0] ?? '' : call.parts.join('.') };
}

interface FunctionCall {
  readonly name: string;
  /** The argument of Ref or Sub, or the two of GetAtt. */
  readonly parts: readonly string[];
}

function functionCallOf(value: JsonValue): FunctionCall | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [[name, argument] = []] = Object.entries(value as Readonly<Record<string, JsonValue>>);
  if (name === undefined || !isTemplateFunctionName(name)) return undefined;
  const parts = (Array.isArray(argument) ? argument as readonly JsonValue[] : [argument]).filter((part) => typeof part === 'string');
  return { name, parts };
}

/** Of a reference the label is what is written. */
function labelOf({ label, insertion }: CompletionCandidate, written: TokenInsertion, { layer, token }: PolicyCompletionContext): string {
  const { value } = written;
  if (value === undefined || written.name !== undefined) return label;
  if (typeof value === 'string') return value === insertion.value ? label : value;
  const call = functionCallOf(value);
  if (!call) return label;
  if (call.name === 'Fn::Sub') return call.parts.join('');
  return layer.syntax.id === 'yaml' ? token.print({ value }).trim() : `${call.name} ${call.parts.join('.')}`;
}
