import { parseArn } from '../../aws/arn';
import { containsSymbol, isDeploymentSymbol, isSymbolOfScope } from '../../aws/identifier-comparison';
import type { JsonValue } from '../../syntax/tree-edit';
import { describeSymbols, SYMBOL_TEXTS } from '../../text/symbol-text';
import { IDENTITY_TYPES } from './template';
import type { PolicyInTemplate, TemplateFile } from './template-file';
import { identityArnOf, pseudoParameterSymbols } from './template-references';

export type ReferenceInTemplate = { readonly value: JsonValue } | { readonly refusal: string };

/**
 * The function of a template that gives a text with symbols: `!GetAtt Worker.Arn`, `!Ref DataKey`, `!Sub` for what is put together.
 * Undefined for symbols of another deployment, and for a text that needs no function; refused where the reference would close a circle of
 * resources, which CloudFormation does not deploy.
 *
 * @param policy that the text becomes a part of
 */
export function referenceInTemplate(text: string, policy: PolicyInTemplate): ReferenceInTemplate | undefined {
  return referenceToOwnText(withOwnSymbols(text, policy.file), policy);
}

function referenceToOwnText(text: string, { file, logicalId, referenceForm }: PolicyInTemplate): ReferenceInTemplate | undefined {
  const symbols = text.match(SYMBOL_TEXTS) ?? [];
  if (!symbols.every((symbol) => isSymbolOfScope(symbol, file.template.uri))) return undefined;
  const identity = referenceForm === 'none' ? undefined : identityOfTemplateWithArn(text, file);
  if (symbols.length === 0 && identity === undefined) return undefined;
  const dependents = file.dependents(logicalId);
  const target = (identity === undefined ? symbols.map(referenceName) : [identity])
    .find((name) => name === logicalId || dependents.includes(name));
  if (target !== undefined) {
    return { refusal: `${target} depends on ${logicalId}: a reference back to it would be a circular dependency, which CloudFormation `
      + 'refuses.' };
  }
  if (referenceForm === 'none') {
    return { refusal: 'The policy is a string without Fn::Sub, in which a reference stays plain text: '
      + 'write it as the text of Fn::Sub, or not as a string, first.' };
  }
  const value = identity === undefined ? functionFor(text) : { 'Fn::GetAtt': [identity, 'Arn'] };
  return { value: referenceForm === 'sub' ? textForSub(value) : value };
}

/** The text with the symbols of this template for account, Region and partition where it has those of a stack that shares them. */
export function withOwnSymbols(text: string, { template, references }: TemplateFile): string {
  if (!containsSymbol(text)) return text;
  const ownSymbols = pseudoParameterSymbols(template);
  return (['AWS::AccountId', 'AWS::Region', 'AWS::Partition'] as const).reduce((result, name) => {
    const shared = references.valueOf(name)?.text ?? '';
    return isDeploymentSymbol(shared) ? result.replaceAll(shared, ownSymbols[name]) : result;
  }, text);
}

/**
 * The function for a text that was read from functions, as a copy of a statement has it: `${Worker.Arn}` is `!GetAtt Worker.Arn`. Undefined
 * where nothing in it refers to anything; refused where a part comes from a function that has no such name.
 */
export function functionOfReadText(text: string): ReferenceInTemplate | undefined {
  const names = [...text.matchAll(READ_REFERENCE)].flatMap(([, name = '']) => (VARIABLE_OF_IAM.test(name) ? [] : [name]));
  if (names.length === 0) return undefined;
  if (!names.every((name) => NAME_IN_TEMPLATE.test(name)))
    return { refusal: 'A value of the statement comes from a function that cannot be copied: write the new statement by hand.' };
  const [only = ''] = names;
  if (text !== `\${${only}}`) return { value: { 'Fn::Sub': escapeForSub(text) } };
  const dot = only.indexOf('.');
  return { value: dot < 0 ? { Ref: only } : { 'Fn::GetAtt': [only.slice(0, dot), only.slice(dot + 1)] } };
}

const READ_REFERENCE = /\$\{([^{}]*)\}/g;
/** Of a parameter, a resource or an attribute of one, or of a pseudo parameter. */
const NAME_IN_TEMPLATE = /^(?:AWS::)?[A-Za-z0-9]+(?:\.[\w.]+)?$/;

/** A value in the text of an `Fn::Sub`: `${Worker.Arn}` for `Fn::GetAtt`. What is not a function is a text in which `${` stays. */
export function textForSub(value: JsonValue): JsonValue {
  if (typeof value === 'string') return escapeForSub(value);
  const [[name, argument] = []] = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  if (name === 'Ref' && typeof argument === 'string') return `\${${argument}}`;
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `\${${argument.join('.')}}`;
  return name === 'Fn::Sub' && typeof argument === 'string' ? argument : value;
}

/** IAM's variables are written `${!aws:username}` there. */
function escapeForSub(text: string): string {
  return text.replace(READ_REFERENCE, (reference, name: string) => (VARIABLE_OF_IAM.test(name) ? `\${!${name}}` : reference));
}

/** What begins the name of a variable of IAM: names of a template have no single colon. */
const VARIABLE_OF_IAM = /^(?:[*?$]|[a-z][\w-]*:)/;

/** The logical id of the role, user or group that has the ARN: also one to which the template gives a name. */
export function identityOfTemplateWithArn(arn: string, file: TemplateFile): string | undefined {
  const { template, references } = file;
  const text = withOwnSymbols(arn, file);
  if (!/:iam::[^:]*:(?:role|user|group)\//.test(text)) return undefined;
  return [...template.resources.values()].find((resource) =>
    IDENTITY_TYPES.has(resource.type) && withOwnSymbols(identityArnOf(resource, references, template) ?? '', file) === text)?.logicalId;
}

function functionFor(text: string): JsonValue {
  const name = referenceName(text);
  if (isDeploymentSymbol(text)) return { Ref: name };
  const arn = parseArn(text);
  const resource = arn?.resource.split('/').at(-1) ?? '';
  const isMadeHere = isDeploymentSymbol(resource, 'resource') && (arn?.service === 'kms' || /^(?:role|user|group)\//.test(arn?.resource
    ?? ''));
  if (isMadeHere) return { 'Fn::GetAtt': [referenceName(resource), 'Arn'] };
  return subFunction(text);
}

/** The text with references in place of symbols. */
export function subFunction(text: string): JsonValue {
  return { 'Fn::Sub': escapeForSub(text).replace(SYMBOL_TEXTS, (symbol: string) => `\${${referenceName(symbol)}}`) };
}

/** `Worker` of the symbol that is shown as `Worker of template.yaml`. */
function referenceName(symbol: string): string {
  return describeSymbols(symbol).split(' ')[0] ?? '';
}
