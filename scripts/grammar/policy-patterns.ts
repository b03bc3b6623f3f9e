import { OPERATORS } from '../../server/src/core/aws/operators';

/** A rule of a TextMate grammar, as far as ours has them. */
export interface TextMateRule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Captures;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
  readonly patterns?: readonly TextMateRule[];
  readonly include?: string;
}

export type Captures = Readonly<Record<number, { readonly name?: string; readonly patterns?: readonly TextMateRule[] }>>;

/** Every scope of ours ends like this, so that a theme, and a test, can tell them from those of JSON. */
export function scope(name: string): string {
  return `${name}.kms-policy`;
}

export function include(name: string): TextMateRule {
  return { include: `#${name}` };
}

/**
 * Where a value starts and ends: its quotes, which are escaped in a policy inside a string. A group is atomic wherever it repeats:
 * no text makes these patterns slow.
 */
const START = '(?<=")';
const END = '(?=\\\\?")';
/** Where the name of an element, operator or key ends, and no other string. */
const NAME_END = '(?=\\\\?"\\s*:)';
const VALUE_END = '(?=\\\\?"(?>\\s*)(?!:))';

/** IAM's own variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and the three characters that are written so. */
const VARIABLE = String.raw`\$\{(?:[*?$]|[A-Za-z][\w.-]*:[\w/][^{}"\\\s,']+(?>\s*)(?:,(?>\s*)'[^'{}"\\]*'(?>\s*))?)\}`;
/** Expressions of template languages, none longer than anybody writes them. */
const TEMPLATE_EXPRESSION = [
  String.raw`(?<!\$)[$#]\{(?!!)(?>(?:[^{}"\\]|\\.){0,200})\}`,
  String.raw`\{\{(?>(?:[^{}"\\]|\\.){0,200})\}\}`,
  String.raw`<%(?>(?:[^%"\\]|\\.|%(?!>)){0,200})%>`,
  String.raw`%(?:\(\w{1,80}\)s|(?:\[\d+\])?[sdqv](?![A-Za-z0-9]))`,
].join('|');
/** Words for a person to replace; the core knows more of them by their place. */
const PLACEHOLDER_WORD = [
  String.raw`<[^<>%"\\]{1,80}>`,
  String.raw`(?<![$#{%])\{[A-Za-z][\w .:-]*\}(?!\})`,
  String.raw`(?<![\w-])[Yy](?:our|OUR)[-_][\w-]*\w`,
  String.raw`(?<![\w-])YOUR[-_][\w-]*\w`,
].join('|');
const X_FILLER = String.raw`(?<![\w-])[0-9-]*[xX]{4,}[0-9xX-]*(?![\w-])`;
const CAPITALIZED_PLACEHOLDER = String.raw`(?<![\w-])(?![A-Z]{2,}(?:-[A-Z]+)+-\d)[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)*(?![\w-])`;
const NAMED_PLACEHOLDER_WORDS = [
  '(?:(?:KMS|CMK|kms|cmk)[-_])?(?:KEY|key)[-_]?(?:ID|id)', 'KEY', '(?:KEY|ROLE|USER|GROUP|ALIAS)[-_]?NAME', 'REGION', 'ACCOUNT(?:[-_]ID)?',
  'KMS_KEY',
];
const NAMED_PLACEHOLDER = String.raw`(?<![\w-])(?:${NAMED_PLACEHOLDER_WORDS.join('|')})(?![\w-])`;
const WHOLE_VALUE_WORDS = [
  '(?:AWS[-_])?ACCOUNT(?:[-_](?:ID|NUMBER))?', '(?:AWS[-_])?REGION', '(?:KMS[-_])?KEY[-_](?:ID|ARN)', 'account[-_]id',
  'key[-_](?:id|ID|arn|ARN)',
];
const WHOLE_VALUE_PLACEHOLDER = `(?:${WHOLE_VALUE_WORDS.join('|')})`;
const ACCOUNT_OR_REGION_PLACEHOLDER = String.raw`(?:aws[-_])?(?:[Aa]ccount(?:[-_]?(?:[Ii]d|ID|[Nn]umber))?|[Rr]egion)`;

/** One part of an ARN, which a variable or a template expression may stand in with colons of its own. */
const ARN_PART = String.raw`((?>(?:\$\{[^{}"]*\}|\{\{[^{}"]*\}\}|<[^<>"]{1,80}>|[^:"\\\s])*))`;
const RESOURCE_TYPE = 'key|alias|role|user|group|policy|instance-profile|assumed-role|federated-user|saml-provider|oidc-provider';
const KEY_ID = '(?:mrk-[0-9a-fA-F]{32}|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})';

const separator = { name: scope('punctuation.separator') };
const wildcard: TextMateRule = { name: scope('keyword.operator.wildcard'), match: '[*?]' };

/** What may stand in any value; `wildcards` where they are read as such. */
const valueWithPlaceholders = (wildcards: boolean, ...words: readonly string[]): readonly TextMateRule[] => [
  include('policyVariable'), include('hole'), ...words.map((match) => ({ name: PLACEHOLDER_SCOPE, match })),
  ...wildcards ? [include('wildcard')] : [],
];
const PLACEHOLDER_SCOPE = scope('variable.parameter.placeholder');

/** `arn:partition:service:region:account:resource`, as much of it as is written. */
function arn(wildcards: boolean): TextMateRule {
  const part = (name: string, ...words: readonly string[]): Captures[number] => ({
    patterns: [...valueWithPlaceholders(wildcards, ...words), { name: scope(name), match: '[^$#{}<>%*?]+' }],
  });
  const resource = String.raw`(?:(root)${END}|(?:(${RESOURCE_TYPE})([/:]))?((?>(?:\\/|[^"\\])*)))`;
  return {
    match: String.raw`\b(arn)(:)${ARN_PART}(?:(:)${ARN_PART}(?:(:)${ARN_PART}(?:(:)${ARN_PART}(?:(:)${resource})?)?)?)?`,
    captures: {
      1: { name: scope('keyword.other.arn') },
      2: separator,
      3: part('support.constant.partition'),
      4: separator,
      5: part('support.class.service'),
      6: separator,
      7: part('variable.other.constant.region', `${CAPITALIZED_PLACEHOLDER}|${ACCOUNT_OR_REGION_PLACEHOLDER}`),
      8: separator,
      9: part('constant.numeric.account', `${CAPITALIZED_PLACEHOLDER}|${ACCOUNT_OR_REGION_PLACEHOLDER}`),
      10: separator,
      11: { name: scope('storage.type.resource') },
      12: { name: scope('storage.type.resource') },
      13: separator,
      14: {
        patterns: [...valueWithPlaceholders(wildcards, NAMED_PLACEHOLDER), { name: scope('constant.other.key-id'),
          match: `(?<![\\w-])${KEY_ID}(?![\\w-])` }],
      },
    },
  };
}

/** Longest names first: the expression takes the first that fits. */
const OPERATOR_NAMES = OPERATORS.map(({ name }) => name).sort((a, b) => b.length - a.length).join('|');

/** Operators that read wildcards. */
export const WILDCARD_OPERATORS = OPERATORS.filter(({ wildcards }) => wildcards).map(({ name }) => name);

/** The named rules that values are marked by. */
export const VALUE_PATTERNS: Readonly<Record<string, TextMateRule>> = {
  wildcard,
  policyVariable: {
    name: scope('variable.language.policy-variable'), match: VARIABLE,
  },
  action: {
    match: `${START}([A-Za-z0-9-]+)(:)([A-Za-z*?][A-Za-z0-9*?]*)${VALUE_END}`,
    captures: {
      1: { name: scope('support.class.service') }, 2: separator,
      3: { name: scope('support.function.action'), patterns: [wildcard] },
    },
  },
  star: { name: scope('keyword.operator.wildcard'), match: `${START}\\*${VALUE_END}` },
  arn: arn(true),
  literalArn: arn(false),
  account: { name: scope('constant.numeric.account'), match: `${START}\\d{12}${VALUE_END}` },
  servicePrincipal: {
    match: String.raw`${START}([a-z0-9-]+)(?:(\.)([a-z0-9-]+))?(\.amazonaws\.com(?:\.cn)?)${VALUE_END}`,
    captures: { 1: { name: scope('support.class.service') }, 3: { name: scope('variable.other.constant.region') } },
  },
  hole: { name: PLACEHOLDER_SCOPE, match: [TEMPLATE_EXPRESSION, PLACEHOLDER_WORD, X_FILLER].join('|') },
  placeholder: { patterns: [include('hole'), { name: PLACEHOLDER_SCOPE, match: `${START}${WHOLE_VALUE_PLACEHOLDER}${END}` }] },
  conditionOperator: {
    match: `${START}(For(?:AllValues|AnyValue))?(:)?(${OPERATOR_NAMES})(IfExists)?${NAME_END}`,
    captures: {
      1: { name: scope('keyword.operator.wordlike.set') }, 2: separator,
      3: { name: scope('keyword.operator.wordlike.condition') }, 4: { name: scope('keyword.operator.wordlike.if-exists') },
    },
  },
  conditionKey: {
    match: `${START}([A-Za-z][\\w.-]*)(:)([A-Za-z][^"\\\\]*)${NAME_END}`,
    captures: {
      1: { name: scope('support.class.service') }, 2: separator,
      3: { name: scope('variable.other.condition-key'), patterns: valueWithPlaceholders(false) },
    },
  },
};
