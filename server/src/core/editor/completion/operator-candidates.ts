import { OPERATOR_PARTS, OPERATORS, type OperatorInfo } from '../../aws/operators';
import { paragraph } from '../hover/rich-text';
import { OMITTED_VALUE } from '../../syntax/syntax';
import { CURSOR_STOP, documentationBlocks, type CompletionCandidate } from './candidate';
import { memberNamesIn, type PolicyCompletionContext } from './completion-context';
import type { ExpectedSyntax } from './completion-target';

/** Families with which a set of values can be compared. */
const SET_OPERATOR_FAMILIES = new Set(['String', 'Arn']);
const COMMON_OPERATORS = new Set(['StringEquals', 'StringLike', 'ArnLike', 'Bool']);

/** The operators that the Condition has not yet, each plain, for sets, and with `IfExists`. */
export function operatorCandidates(context: PolicyCompletionContext, { object }: Extract<ExpectedSyntax, { kind: 'operator' }>): CompletionCandidate[] {
  const present = memberNamesIn(object);
  return OPERATORS.flatMap(operatorForms).filter(({ label }) => !present.has(label)).map(({ label, info, rank, partDescription }) => ({
    label, rank, kind: 'operator' as const, detail: info.wildcards ? '* and ? are wildcards' : undefined,
    documentation: documentationBlocks(info, ...paragraph(partDescription)),
    insertion: context.token.valueFollows ? { value: label } : { name: label, value: { [CURSOR_STOP]: OMITTED_VALUE } },
    triggersSuggestions: !context.token.valueFollows,
  }));
}

interface OperatorForm {
  readonly label: string;
  readonly info: OperatorInfo;
  readonly rank: number;
  /** What prefix or suffix adds. */
  readonly partDescription: string;
}

function operatorForms(info: OperatorInfo): OperatorForm[] {
  const { name, family } = info;
  const plain = { label: name, info, rank: COMMON_OPERATORS.has(name) ? 0 : 1, partDescription: '' };
  const sets = SET_OPERATOR_FAMILIES.has(family) ? (['ForAnyValue', 'ForAllValues'] as const).map((prefix) => (
    { label: `${prefix}:${name}`, info, rank: 2, partDescription: OPERATOR_PARTS[prefix].description })) : [];
  const ifExists = family === 'Null' ? [] : [{ label: `${name}IfExists`, info, rank: 3, partDescription: OPERATOR_PARTS.IfExists.description }];
  return [plain, ...sets, ...ifExists];
}
