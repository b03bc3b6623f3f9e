import { OPERATOR_PARTS, OPERATORS, type OperatorInfo } from '../../aws/operators';
import { paragraph } from '../hover/rich';
import { HERE, HOLLOW, page, type Candidate } from './candidate';
import { namesIn, type Place } from './place';
import type { Wanted } from './slot';

/** Families with which a set of values can be compared. */
const WITH_SETS = new Set(['String', 'Arn']);
const USUAL = new Set(['StringEquals', 'StringLike', 'ArnLike', 'Bool']);

/** The operators that the Condition has not yet, each plain, for sets, and with `IfExists`. */
export function operatorCandidates(place: Place, { object }: Extract<Wanted, { what: 'operator' }>): Candidate[] {
  const present = namesIn(object);
  return OPERATORS.flatMap(forms).filter(({ label }) => !present.has(label)).map(({ label, info, rank, part }) => ({
    label, rank, kind: 'operator' as const, detail: info.wildcards ? '* and ? are wildcards' : undefined,
    documentation: page(info, ...paragraph(part)),
    writes: place.token.colonFollows ? { value: label } : { name: label, value: { [HERE]: HOLLOW } },
    goesOn: !place.token.colonFollows,
  }));
}

interface Form {
  readonly label: string;
  readonly info: OperatorInfo;
  readonly rank: number;
  /** What prefix or suffix adds. */
  readonly part: string;
}

function forms(info: OperatorInfo): Form[] {
  const { name, family } = info;
  const plain = { label: name, info, rank: USUAL.has(name) ? 0 : 1, part: '' };
  const sets = WITH_SETS.has(family) ? (['ForAnyValue', 'ForAllValues'] as const).map((prefix) => (
    { label: `${prefix}:${name}`, info, rank: 2, part: OPERATOR_PARTS[prefix].description })) : [];
  const ifExists = family === 'Null' ? [] : [{ label: `${name}IfExists`, info, rank: 3, part: OPERATOR_PARTS.IfExists.description }];
  return [plain, ...sets, ...ifExists];
}
