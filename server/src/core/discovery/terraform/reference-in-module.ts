import { containsSymbol } from '../../aws/identifier-comparison';
import type { JsonValue } from '../../syntax/tree-edit';
import { SYMBOL_TEXTS } from '../../text/symbol-text';
import { argumentOf, type ModuleBlock, type TerraformModule } from './module';
import { addressesIn, addressesInBody } from './references-in';
import { identityKindOf, isKeyResource } from './resource-types';
import { certainTextOf } from './value';

/** A policy of a module of Terraform, and the resource or document that contains it. */
export interface PolicyInModule {
  readonly module: TerraformModule;
  readonly block: ModuleBlock;
}

/**
 * The text with a reference of Terraform for what the module makes, and for accounts, Regions and partitions that a data source of it has:
 * `${aws_iam_role.app.arn}`. Undefined where there is nothing to refer to; refused where the reference would close a cycle, which Terraform
 * does not apply.
 */
export function referenceInModule(text: string, { module, block }: PolicyInModule):
  { readonly value: JsonValue } | { readonly refusal: string } | undefined {
  const references = referencesTo(text, module);
  const target = references?.blocks.find((made) => made === block || dependsOn(made, block.address, module));
  if (target) {
    return { refusal: `${target.address} depends on ${block.address}: a reference back to it would be a cycle, which Terraform refuses. `
      + 'Give the policies of one of them a resource of their own first.' };
  }
  return references && { value: references.text };
}

interface References {
  readonly text: string;
  /** What is referred to. */
  readonly blocks: readonly ModuleBlock[];
}

function referencesTo(text: string, module: TerraformModule): References | undefined {
  const whole = referenceTo(text, module, (block) => !block.isData && isReferable(block));
  if (whole) return { text: whole.text, blocks: [whole.block] };
  if (!containsSymbol(text)) return undefined;
  const references = new Map((text.match(SYMBOL_TEXTS) ?? []).map((symbol) => [symbol, referenceTo(symbol, module, isReferable)]));
  const blocks = [...references.values()].flatMap((reference) => reference?.block ?? []);
  return blocks.length < references.size ? undefined
    : { text: text.replace(SYMBOL_TEXTS, (symbol: string) => references.get(symbol)?.text ?? symbol), blocks };
}

/** A resource with several instances has no attributes of its own. */
function isReferable(block: ModuleBlock): boolean {
  return !argumentOf(block, 'count') && !argumentOf(block, 'for_each');
}

function referenceTo(text: string, module: TerraformModule,
  isCandidate: (block: ModuleBlock) => boolean): { readonly text: string; readonly block: ModuleBlock } | undefined {
  for (const block of module.blocks.values()) {
    const attribute = isCandidate(block)
      ? attributesOf(block).find((name) => certainTextOf(module.attributeValue(block, name)) === text) : undefined;
    if (attribute !== undefined) return { text: `\${${block.address}.${attribute}}`, block };
  }
  return undefined;
}

/** The attributes to which a policy can refer. */
function attributesOf(block: ModuleBlock): readonly string[] {
  if (isKeyResource(block)) return ['arn', 'key_id'];
  if (identityKindOf(block) || block.type === 'aws_kms_alias') return ['arn', 'name'];
  return DATA_ATTRIBUTES.get(block.type) ?? [];
}

const DATA_ATTRIBUTES: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws_caller_identity', ['account_id']], ['aws_partition', ['partition']], ['aws_region', ['region']],
]);

/** Whether a block refers to an address, perhaps through other blocks and through locals. */
function dependsOn(block: ModuleBlock, address: string, module: TerraformModule): boolean {
  const visitedAddresses = new Set<string>();
  const pending = [...block.parts.flatMap((part) => [...addressesInBody(part.block.body)])];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next === address) return true;
    if (visitedAddresses.has(next)) continue;
    visitedAddresses.add(next);
    const parts = (module.blocks.get(next) ?? module.calls.get(next))?.parts ?? [];
    pending.push(...parts.flatMap((part) => [...addressesInBody(part.block.body)]));
    const local = next.startsWith('local.') ? module.locals.get(next.slice('local.'.length)) : undefined;
    pending.push(...addressesIn(local?.expression));
  }
  return false;
}
