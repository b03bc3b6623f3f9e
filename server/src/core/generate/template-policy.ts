import { isSymbolOfScope } from '../aws/identifier-comparison';
import { EMPTY_TEMPLATE } from '../discovery/cloudformation/empty-template';
import { withOwnSymbols } from '../discovery/cloudformation/reference-in-template';
import type { TemplateFile } from '../discovery/cloudformation/template-file';
import { renderTemplateAdditions, unusedLogicalId } from '../discovery/template-additions';
import { isTemplateFunctionName } from '../policy/template-function';
import { mapStrings } from '../syntax/canonical-value';
import type { JsonValue } from '../syntax/tree-edit';
import { applyEdits } from '../text/apply-edits';
import type { FileChange } from '../text/file-change';
import type { TextEdit } from '../text/span';
import { SYMBOL_TEXTS } from '../text/symbol-text';
import type { World } from '../workspace/world';
import { refusal, type Refusal } from './counterpart';
import type { Grantee } from './grantee';
import { hasPlaceholderMarker } from './placeholder-marker';
import { withPlaceholderWords } from './render';

/** Where a policy of an identity is added as a resource. */
export interface TemplateDestination {
  readonly file: TemplateFile;
  /** What the name of the new resource begins with. */
  readonly namePrefix: string;
  /** `Roles: [!Ref Worker]`, or the name of an identity that the template does not make; undefined where it has none. */
  readonly attachment: { readonly property: string; readonly name: JsonValue } | undefined;
}

/**
 * The template that makes the role, user or group, or else the one that was asked for. Undefined where there is none.
 *
 * @param file that was asked for
 */
export function templateDestination({ templates }: World, { identity: { template }, kind, name }: Grantee,
  file?: TemplateFile): TemplateDestination | undefined {
  const ownFile = template && templates.get(template.uri);
  const property = kind === 'account' ? undefined : ATTACHMENT_PROPERTIES[kind];
  if (template && ownFile && property !== undefined)
    return { file: ownFile, namePrefix: template.logicalId, attachment: { property, name: { Ref: template.logicalId } } };
  return file && { file, namePrefix: logicalIdPrefix(name),
    attachment: property === undefined || name === undefined ? undefined : { property, name } };
}

/** Logical ids are letters and digits (CloudFormation User Guide, resources section structure). */
function logicalIdPrefix(name: string | undefined): string {
  const words = (name ?? '').replace(SYMBOL_TEXTS, '').split(/[^A-Za-z0-9]+/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** `AWS::IAM::ManagedPolicy` takes names in these, which `Ref` gives. */
const ATTACHMENT_PROPERTIES = { role: 'Roles', user: 'Users', group: 'Groups' } as const;

/** Of a key that another template, or nobody known, makes: whoever deploys the stack gives it. */
const KEY_ARN_PARAMETER = {
  Type: 'String', Description: 'ARN of the KMS key', AllowedPattern: '^arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/[a-z0-9-]+$',
};

/** The change of the template, with what stays to be filled in. */
export interface TemplatePolicyChange {
  readonly change: FileChange;
  /** With `<NAME>` for what is to be filled in. */
  readonly written: JsonValue;
}

/**
 * Adds the policy as a resource behind the last one, attached to the grantee. A key that the template does not make, and of which the ARN
 * is not known, becomes a parameter.
 */
export function addManagedPolicy({ file, namePrefix, attachment }: TemplateDestination, document: JsonValue,
  keyArn: string): TemplatePolicyChange | Refusal {
  const isKnown = !hasPlaceholderMarker(keyArn) && isOfTemplate(keyArn, file);
  const parameter = isKnown ? undefined : unusedLogicalId(file, 'KeyArn');
  const policy = parameter === undefined ? document
    : mapStrings(document, (text) => (text === keyArn ? { Ref: parameter } : text), isTemplateFunctionName);
  const rendered = renderTemplateAdditions(file, {
    resources: { [unusedLogicalId(file, `${namePrefix}KmsPolicy`)]: withPlaceholderWords({
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ...attachment && { [attachment.property]: [attachment.name] }, PolicyDocument: policy },
    }) },
    ...parameter === undefined ? {} : { parameters: { [parameter]: KEY_ARN_PARAMETER } },
  });
  return rendered.edits ? { change: templateChange(file, rendered.edits), written: policy } : refusal(rendered.refusal);
}

/** Adds a key with this policy and an alias named after the stack: names of aliases are unique in an account and Region. */
export function addKey(file: TemplateFile, document: JsonValue): TemplatePolicyChange | Refusal {
  const key = unusedLogicalId(file, 'KmsKey');
  const alias = unusedLogicalId(file, `${key}Alias`);
  const rendered = renderTemplateAdditions(file, { resources: {
    [key]: withPlaceholderWords({ Type: 'AWS::KMS::Key', Properties: { KeyPolicy: document } }),
    [alias]: { Type: 'AWS::KMS::Alias', Properties: {
      AliasName: { 'Fn::Sub': `alias/\${AWS::StackName}${key.replace('KmsKey', '').replace(/^(?=.)/, '-')}` }, TargetKeyId: { Ref: key },
    } },
  } });
  return rendered.edits ? { change: templateChange(file, rendered.edits), written: document } : refusal(rendered.refusal);
}

/** A template without resources is one that is not there yet. */
export function templateChange({ template: { uri, resources }, layer }: TemplateFile, edits: readonly TextEdit[]): FileChange {
  return resources.size === 0 && layer.text === EMPTY_TEMPLATE ? { uri, create: applyEdits(layer.text, edits) } : { uri, edits };
}

/** Whether all that only a deployment gives is given by the deployment of this template. */
function isOfTemplate(text: string, file: TemplateFile): boolean {
  return (withOwnSymbols(text, file).match(SYMBOL_TEXTS) ?? []).every((symbol) => isSymbolOfScope(symbol, file.template.uri));
}
