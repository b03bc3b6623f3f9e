import { serviceOfArn } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import { itemsOf, valueSpan, type Member, type Node, type ScalarNode } from '../syntax/tree';
import { deceptiveCharacters, latinLookAlike } from '../text/deceptive-characters';
import { fixPolicy } from './shared/fix';
import { forbiddenCharacters, hasForbiddenCharacter, hasUnusualCharacter, isInPlaceholder, nameOfCharacter,
  plainCharacter } from './shared/forbidden-characters';
import type { FindingDraft, Rule } from './rule';

/**
 * Characters that make a text read as another one than it is: invisible ones, those that turn the direction of text, letters that look like
 * Latin ones. What is written out and beyond Latin-1 is `forbidden-character`; this is about escapes (`\u202e`), which AWS accepts, and
 * Latin-1.
 */
export const deceptiveCharacter: Rule = {
  code: 'deceptive-character',
  severity: 'error',
  summary: 'A name or text contains a character that makes it read as another one',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
  check: {
    *policyWithUnusualCharacters({ policy: located }) {
      const { policy, layer: sourceLayer } = located;
      for (const statement of policy.statements) {
        const { span } = statement.node;
        if (!hasUnusualCharacter(sourceLayer.text.slice(span.start, span.end))) continue;
        for (const text of textsOf(statement, policy.kind)) {
          const { start, end } = text.node.content;
          const draft = hasForbiddenCharacter(sourceLayer.text.slice(start, end)) ? undefined : draftOf(located, text);
          if (draft) yield draft;
        }
      }
    },
  },
};

/** `name`: AWS compares it with names of its own, which are plain ASCII. `prose`: any character may have its reason, but not to deceive. */
interface ElementText {
  readonly node: ScalarNode;
  readonly elementName: string;
  readonly form: 'name' | 'prose';
}

/** Names of elements are left to `unknown-element`, the Sid of an identity policy to `sid-invalid`. */
function* textsOf({ node }: Statement, kind: DiscoveredPolicy['policy']['kind']): Iterable<ElementText> {
  for (const { key, value } of node.members) {
    switch (key.value) {
      case 'Sid': if (kind !== 'identity') yield* stringValues(value, 'Sid', () => 'prose'); break;
      case 'Effect': yield* stringValues(value, 'Effect', () => 'name'); break;
      case 'Action': case 'NotAction': yield* stringValues(value, 'action', () => 'name'); break;
      case 'Resource': case 'NotResource': yield* stringValues(value, 'resource', formOfResource); break;
      case 'Principal': case 'NotPrincipal': yield* principalTexts(value); break;
      case 'Condition': yield* membersOf(value).flatMap(conditionTexts); break;
    }
  }
}

function* stringValues(node: Node | undefined, what: string, formOf: (value: string) => ElementText['form']): Iterable<ElementText> {
  for (const item of itemsOf(node))
    if (item.kind === 'scalar' && item.type === 'string') yield { node: item, elementName: what, form: formOf(item.value) };
}

function* principalTexts(value: Node | undefined): Iterable<ElementText> {
  yield* stringValues(value?.kind === 'object' ? undefined : value, 'principal', () => 'name');
  for (const { key, value: inner } of membersOf(value)) {
    yield { node: key, elementName: 'key of the principal', form: 'name' };
    yield* stringValues(inner, 'principal', () => 'name');
  }
}

/** Of a key with a part of its own, `kms:EncryptionContext:App`, that part is free. */
function conditionTexts({ key: operator, value: block }: Member): ElementText[] {
  return [
    { node: operator, elementName: 'operator', form: 'name' },
    ...membersOf(block).flatMap(({ key, value }): ElementText[] => [
      { node: key, elementName: 'condition key', form: /^(?:kms:EncryptionContext:|aws:\w+Tag\/)/i.test(key.value) ? 'prose' : 'name' },
      ...stringValues(value, 'condition value', formOfValue),
    ]),
  ];
}

function membersOf(node: Node | undefined): readonly Member[] {
  return node?.kind === 'object' ? node.members : [];
}

/** ARNs of KMS, IAM and STS have plain names only; the names of objects in S3, say, have not. */
function formOfResource(value: string): ElementText['form'] {
  return /^(?!(?:kms|iam|sts)$)[a-z][a-z0-9-]*$/.test(serviceOfArn(value) ?? '') ? 'prose' : 'name';
}

function formOfValue(value: string): ElementText['form'] {
  return /^(?:kms|iam|sts)$/.test(serviceOfArn(value) ?? '') ? 'name' : 'prose';
}

function draftOf(located: DiscoveredPolicy, { node, elementName, form }: ElementText): FindingDraft | undefined {
  const deceptive = deceptiveCharacters(node.value);
  const characters = form === 'prose' || deceptive.length > 0 ? deceptive : forbiddenCharacters(node.value);
  const [first, ...others] = characters.filter((character) => !isInPlaceholder(node, character));
  if (!first) return undefined;
  const more = others.length > 0 ? `, the first of ${others.length + 1} such characters` : '';
  const plain = plainText(node.value);
  const plainTextSuffix = plain === undefined ? '' : ` ${JSON.stringify(plain)}`;
  return {
    at: locationInFile(located, valueSpan(node, first.start, first.end)),
    severity: form === 'name' ? 'error' : 'warning',
    message: `This ${elementName} contains ${nameOfCharacter(first.character)}${more}. ${form === 'name'
      ? `AWS compares character by character, so it never matches${plainTextSuffix === '' ? ' a name in plain letters' : plainTextSuffix}.`
      : `A reader mistakes it for another text${plainTextSuffix === '' ? '' : `,${plainTextSuffix}`}: `
        + 'write what is meant in plain characters.'}`,
    // Never preferred and never part of "Fix all": the plain name may be somebody's who was not to get access.
    fixes: () => plain === undefined ? []
      : [fixPolicy(`Write ${JSON.stringify(plain)} in plain characters`, located, [{ edit: 'replace', node, value: plain }])],
  };
}

/** Undefined where a character has no plain one in its place. */
function plainText(value: string): string | undefined {
  const deceptive = new Map(deceptiveCharacters(value).map(({ start, kind }) => [start, kind]));
  let plain = '';
  let at = 0;
  for (const character of value) {
    const deceptionKind = deceptive.get(at);
    at += character.length;
    const instead = deceptionKind === undefined
      ? hasForbiddenCharacter(character) ? plainCharacter(character) ?? latinLookAlike(character) : character
      : deceptionKind === 'look-alike' ? latinLookAlike(character) : '';
    if (instead === undefined) return undefined;
    plain += instead;
  }
  return plain;
}
