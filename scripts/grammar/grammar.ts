import { STATEMENT_ELEMENTS } from '../../server/src/core/aws/policy-grammar';
import { arrayOf, membersOf, nameOf, objectOf, stringOf, valueAfter } from './json-rules';
import { include, WILDCARD_OPERATORS, scope, VALUE_PATTERNS, type TextMateRule } from './policy-patterns';

/**
 * The grammar that is laid over VS Code's own for JSON. A TextMate grammar knows no tree, but its rules nest: `Statement` opens
 * a context, in it `Action`, `Resource`, `Principal` and `Condition` open theirs, and only there anything is marked. What is
 * no policy keeps the scopes that it has.
 */
export function createGrammar(): object {
  return {
    information_for_contributors: 'Made by `npm run docs` from scripts/grammar.',
    name: 'Policies of AWS KMS in JSON',
    scopeName: 'kms-policy.injection',
    // `source.json` is the beginning of `source.json.comments` too.
    injectionSelector: `L:source.json meta.structure.dictionary - string - comment - ${GRAMMAR_HEADER.statements}`,
    patterns: [include('statements'), include('escapedPolicy'), include('fragment')],
    repository: { ...VALUE_PATTERNS, ...GRAMMAR_CONTEXTS },
  };
}

const GRAMMAR_HEADER = {
  statements: scope('meta.statements'), actions: scope('meta.actions'), resources: scope('meta.resources'),
  principals: scope('meta.principals'), conditions: scope('meta.conditions'), patterns: scope('meta.patterns'),
  escaped: scope('meta.escaped-policy'),
};

/** One of these, or a list of them. */
const stringOrArrayOf = (string: string): readonly TextMateRule[] => [include(string), arrayOf([include(string)])];

const withNegatedName = (name: string): readonly string[] => [name, `Not${name}`];

const withOperatorVariants = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [name, `${name}IfExists`]).flatMap((name) => [name, `ForAnyValue:${name}`, `ForAllValues:${name}`]);

const GRAMMAR_CONTEXTS: Readonly<Record<string, TextMateRule>> = {
  statements: valueAfter(['Statement'], GRAMMAR_HEADER.statements, [include('statement'), arrayOf([include('statement')])],
    String.raw`(?=\s*(?:[\[{/]|$))`),
  statement: objectOf([include('members')]),
  /** The members of a statement. */
  members: {
    patterns: [
      valueAfter(withNegatedName('Action'), GRAMMAR_HEADER.actions, stringOrArrayOf('actionString')),
      valueAfter(withNegatedName('Resource'), GRAMMAR_HEADER.resources, stringOrArrayOf('resourceString')),
      valueAfter(withNegatedName('Principal'), GRAMMAR_HEADER.principals, [include('principalString'), include('principals')]),
      valueAfter(['Condition'], GRAMMAR_HEADER.conditions, [include('conditions')]),
    ],
  },
  /** A statement alone, as people paste it: from its `Effect` on it is known to be one. */
  fragment: {
    name: GRAMMAR_HEADER.statements, begin: String.raw`(?="Effect"\s*:\s*"(?:Allow|Deny)")`, end: '(?=\\})',
    patterns: membersOf([include('members')]),
  },
  principals: objectOf([valueAfter([], '', stringOrArrayOf('principalString'))]),
  conditions: objectOf([
    nameOf([include('conditionOperator')]),
    valueAfter(withOperatorVariants(WILDCARD_OPERATORS), GRAMMAR_HEADER.patterns, [
      objectOf([include('conditionName'), valueAfter([], '', stringOrArrayOf('patternString'))]),
    ]),
    valueAfter([], '', [objectOf([include('conditionName'), valueAfter([], '', stringOrArrayOf('literalString'))])]),
  ]),
  conditionName: nameOf([include('conditionKey')]),

  plainString: stringOf([include('placeholder')]),
  actionString: stringOf([include('action'), include('star'), include('placeholder')]),
  resourceString: stringOf([include('arn'), include('star'), include('policyVariable'), include('placeholder')]),
  /** A star is a wildcard here only when it stands alone. */
  principalString: stringOf([include('literalArn'), include('account'), include('star'), include('servicePrincipal'),
    include('placeholder')]),
  patternString: stringOf([include('arn'), include('account'), include('policyVariable'), include('placeholder'), include('wildcard')]),
  literalString: stringOf([include('literalArn'), include('account'), include('policyVariable'), include('placeholder')]),

  /** A policy as a JSON text inside a string, as the AWS CLI prints it: marked by the shape of its values alone. */
  escapedPolicy: valueAfter(['Policy', 'PolicyDocument', 'Document'], '', [{
    ...stringOf([
      include('elementName'), include('conditionOperator'), include('conditionKey'),
      include('action'), include('star'), include('arn'), include('account'), include('servicePrincipal'), include('policyVariable'),
      include('placeholder'),
    ]),
    name: `string.quoted.double.json ${GRAMMAR_HEADER.escaped}`,
  }], String.raw`(?=\s*"(?>(?:\\[nrt]|\s)*)\{(?>(?:\\[nrt]|\s)*)\\"(?:Version|Id|Statement)\\")`),
  elementName: {
    name: scope('support.type.property-name.element'),
    match: String.raw`(?<=\\")(?:Version|Id|Statement|${STATEMENT_ELEMENTS.join('|')}|AWS|Service|Federated|CanonicalUser)(?=\\"\s*:)`,
  },
};
