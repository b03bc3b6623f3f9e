import texts from './data/operator-texts.json';
import { documentationFor, type Documentation } from './documentation';

/** What kind of values an operator compares. */
export type OperatorFamily = 'String' | 'Numeric' | 'Date' | 'Bool' | 'Binary' | 'IpAddress' | 'Arn' | 'Null';

/** A condition operator without set prefix and `IfExists`, and what it compares. */
export interface OperatorInfo extends Documentation {
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
export interface ParsedOperator {
  /** Undefined when AWS has no such operator, or spells it otherwise. */
  readonly info: OperatorInfo | undefined;
  readonly setOperator: 'any' | 'all' | undefined;
  readonly ifExists: boolean;
}

/** All condition operators (IAM User Guide, IAM JSON policy elements: Condition operators; docs/aws-rules.md 4.2). */
export const OPERATORS: readonly OperatorInfo[] = [
  ...operatorPair('String', 'StringEquals', 'StringNotEquals'),
  ...operatorPair('String', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'),
  ...operatorPair('String', 'StringLike', 'StringNotLike', true),
  ...operatorPair('Numeric', 'NumericEquals', 'NumericNotEquals'),
  ...orderedOperators('Numeric'),
  ...operatorPair('Date', 'DateEquals', 'DateNotEquals'),
  ...orderedOperators('Date'),
  singleOperator('Bool', 'Bool'),
  singleOperator('Binary', 'BinaryEquals'),
  ...operatorPair('IpAddress', 'IpAddress', 'NotIpAddress'),
  ...operatorPair('Arn', 'ArnEquals', 'ArnNotEquals', true),
  ...operatorPair('Arn', 'ArnLike', 'ArnNotLike', true),
  singleOperator('Null', 'Null'),
];

/** What a set prefix or `IfExists` adds to an operator. */
export const OPERATOR_PARTS: Readonly<Record<'ForAnyValue' | 'ForAllValues' | 'IfExists', Documentation>> = {
  ForAnyValue: documentationFor(texts, 'ForAnyValue'),
  ForAllValues: documentationFor(texts, 'ForAllValues'),
  IfExists: documentationFor(texts, 'IfExists'),
};

const operatorsByName = new Map(OPERATORS.map((operator) => [operator.name, operator]));
const OPERATOR_SYNTAX = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/;
const parsedOperators = new Map<string, ParsedOperator>();
/** Bounds the memory for spellings that appear only while somebody types. */
const MAX_PARSED_OPERATORS = 1024;

/** The operator of exactly that name, without prefix and suffix: operators are documented in one spelling. */
export function operatorNamed(name: string): OperatorInfo | undefined {
  return operatorsByName.get(name);
}

/** Takes `ForAllValues:StringLikeIfExists` apart. `Null` takes no `IfExists`. */
export function parseOperator(text: string): ParsedOperator {
  const cachedOperator = parsedOperators.get(text);
  if (cachedOperator) return cachedOperator;
  const [, prefix, name = '', suffix] = OPERATOR_SYNTAX.exec(text) ?? [];
  const info = operatorsByName.get(name);
  const operator: ParsedOperator = {
    info: info?.family === 'Null' && suffix ? undefined : info,
    setOperator: prefix === 'ForAllValues' ? 'all' : prefix === 'ForAnyValue' ? 'any' : undefined,
    ifExists: suffix !== undefined,
  };
  if (parsedOperators.size >= MAX_PARSED_OPERATORS) parsedOperators.clear();
  parsedOperators.set(text, operator);
  return operator;
}

function operatorPair(family: OperatorFamily, name: string, opposite: string, wildcards = false): OperatorInfo[] {
  return [
    { name, family, negated: false, wildcards, opposite, ...documentationFor(texts, name) },
    { name: opposite, family, negated: true, wildcards, opposite: name, ...documentationFor(texts, opposite) },
  ];
}

function orderedOperators(family: OperatorFamily): OperatorInfo[] {
  const [less, more] = [`${family}LessThan`, `${family}GreaterThan`];
  const info = (name: string, opposite: string): OperatorInfo => ({ ...singleOperator(family, name), opposite });
  return [
    info(less, `${more}Equals`), info(`${less}Equals`, more),
    info(more, `${less}Equals`), info(`${more}Equals`, less),
  ];
}

function singleOperator(family: OperatorFamily, name: string): OperatorInfo {
  return { name, family, negated: false, wildcards: false, opposite: undefined, ...documentationFor(texts, name) };
}
