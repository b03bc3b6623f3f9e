import texts from './data/operator-texts.json';
import { documented, type Documented } from './documented';

/** What kind of values an operator compares. */
export type OperatorFamily = 'String' | 'Numeric' | 'Date' | 'Bool' | 'Binary' | 'IpAddress' | 'Arn' | 'Null';

/** A condition operator without set prefix and `IfExists`, and what it compares. */
export interface OperatorInfo extends Documented {
  readonly name: string;
  readonly family: OperatorFamily;
  /** True for a request that has none of the values: `…NotEquals`, `…NotLike`, `NotIpAddress`. */
  readonly negated: boolean;
  /** `*` and `?` in a value are wildcards. `ArnEquals` behaves as `ArnLike`. */
  readonly wildcards: boolean;
  /** The operator that says the opposite; undefined where there is none. */
  readonly opposite: string | undefined;
}

/** An operator as it is written, taken apart. */
export interface ReadOperator {
  /** Undefined when AWS has no such operator, or spells it otherwise. */
  readonly info: OperatorInfo | undefined;
  readonly set: 'any' | 'all' | undefined;
  readonly ifExists: boolean;
}

/** All condition operators (IAM User Guide, IAM JSON policy elements: Condition operators; docs/aws-rules.md 4.2). */
export const OPERATORS: readonly OperatorInfo[] = [
  ...pair('String', 'StringEquals', 'StringNotEquals'),
  ...pair('String', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'),
  ...pair('String', 'StringLike', 'StringNotLike', true),
  ...pair('Numeric', 'NumericEquals', 'NumericNotEquals'),
  ...ordered('Numeric'),
  ...pair('Date', 'DateEquals', 'DateNotEquals'),
  ...ordered('Date'),
  single('Bool', 'Bool'),
  single('Binary', 'BinaryEquals'),
  ...pair('IpAddress', 'IpAddress', 'NotIpAddress'),
  ...pair('Arn', 'ArnEquals', 'ArnNotEquals', true),
  ...pair('Arn', 'ArnLike', 'ArnNotLike', true),
  single('Null', 'Null'),
];

/** What a set prefix or `IfExists` adds to an operator. */
export const OPERATOR_PARTS: Readonly<Record<'ForAnyValue' | 'ForAllValues' | 'IfExists', Documented>> = {
  ForAnyValue: documented(texts, 'ForAnyValue'),
  ForAllValues: documented(texts, 'ForAllValues'),
  IfExists: documented(texts, 'IfExists'),
};

const byName = new Map(OPERATORS.map((operator) => [operator.name, operator]));
const PARTS = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/;
const read = new Map<string, ReadOperator>();
/** Bounds the memory for spellings that appear only while somebody types. */
const MAX_READ = 1024;

/** The operator of exactly that name, without prefix and suffix: operators are documented in one spelling. */
export function operatorNamed(name: string): OperatorInfo | undefined {
  return byName.get(name);
}

/** Takes `ForAllValues:StringLikeIfExists` apart. `Null` takes no `IfExists`. */
export function readOperator(text: string): ReadOperator {
  const known = read.get(text);
  if (known) return known;
  const [, prefix, name = '', suffix] = PARTS.exec(text) ?? [];
  const info = byName.get(name);
  const operator: ReadOperator = {
    info: info?.family === 'Null' && suffix ? undefined : info,
    set: prefix === 'ForAllValues' ? 'all' : prefix === 'ForAnyValue' ? 'any' : undefined,
    ifExists: suffix !== undefined,
  };
  if (read.size >= MAX_READ) read.clear();
  read.set(text, operator);
  return operator;
}

function pair(family: OperatorFamily, name: string, opposite: string, wildcards = false): OperatorInfo[] {
  return [
    { name, family, negated: false, wildcards, opposite, ...documented(texts, name) },
    { name: opposite, family, negated: true, wildcards, opposite: name, ...documented(texts, opposite) },
  ];
}

function ordered(family: OperatorFamily): OperatorInfo[] {
  const [less, more] = [`${family}LessThan`, `${family}GreaterThan`];
  const info = (name: string, opposite: string): OperatorInfo => ({ ...single(family, name), opposite });
  return [
    info(less, `${more}Equals`), info(`${less}Equals`, more),
    info(more, `${less}Equals`), info(`${more}Equals`, less),
  ];
}

function single(family: OperatorFamily, name: string): OperatorInfo {
  return { name, family, negated: false, wildcards: false, opposite: undefined, ...documented(texts, name) };
}
