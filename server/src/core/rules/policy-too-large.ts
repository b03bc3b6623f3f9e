import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Severity } from './shared/finding';
import { isKmsPolicy } from './shared/kms-statements';
import type { Rule } from './rule';
import { itemsOf, type Node } from '../syntax/tree';

/** The quota of KMS for a key policy (KMS Developer Guide, resource quotas). */
const KEY_POLICY_MAX_BYTES = 32_768;
const KEY_POLICY_WARNING_BYTES = KEY_POLICY_MAX_BYTES * 0.9;
/** The quotas of IAM for a managed policy, and for all inline policies of a role together (IAM User Guide, IAM and AWS STS quotas). */
const MANAGED_POLICY_MAX_CHARACTERS = 6_144;
const INLINE_POLICY_MAX_CHARACTERS = 10_240;

export const policyTooLarge: Rule = {
  code: 'policy-too-large',
  severity: 'error',
  summary: 'The policy is larger than AWS accepts, or nearly so',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html',
  fixable: false,
  check: {
    *anyPolicy({ policy: located }) {
      const { policy } = located;
      const { start, end } = policy.node.span;
      // Nearly every policy is far below. A character has at most three bytes in UTF-8.
      const isFarBelow = policy.kind === 'key'
        ? (end - start) * 3 <= KEY_POLICY_WARNING_BYTES
        : end - start <= MANAGED_POLICY_MAX_CHARACTERS;
      if (isFarBelow || policy.isFragment || !policy.node.closed || !isKmsPolicy(policy)) return;
      const policySize = policy.kind === 'key' ? sizeOfKeyPolicy(located) : sizeOfIdentityPolicy(located);
      const span = policy.statementMember?.key.span ?? { start, end: start + 1 };
      if (policySize) yield { at: locationInFile(located, span), ...policySize };
    },
  },
};

interface PolicySize {
  readonly severity: Severity;
  readonly message: string;
  readonly href?: string;
}

function sizeOfKeyPolicy(located: DiscoveredPolicy): PolicySize | undefined {
  const bytes = sizeInBytes(located);
  if (bytes <= KEY_POLICY_WARNING_BYTES) return undefined;
  const advice = 'Several principals can share a statement, and grants give access without the key policy.';
  return bytes > KEY_POLICY_MAX_BYTES
    ? { severity: 'error', message: `This key policy is too large: it has ${formatCount(bytes)} bytes, and KMS accepts `
      + `${formatCount(KEY_POLICY_MAX_BYTES)} at most, white space included. The quota cannot be raised. ${advice}` }
    : { severity: 'warning', message: `This key policy is nearly too large: it has ${formatCount(bytes)} of the `
      + `${formatCount(KEY_POLICY_MAX_BYTES)} bytes that KMS accepts at most, white space included. The quota cannot be raised. `
      + advice };
}

/** Whether this is a managed or an inline policy is seldom known. AWS managed policies may be larger. */
function sizeOfIdentityPolicy(located: DiscoveredPolicy): PolicySize | undefined {
  if (located.container.account === 'aws') return undefined;
  const characters = sizeInCharacters(located);
  if (characters <= MANAGED_POLICY_MAX_CHARACTERS) return undefined;
  const start = `This policy is too large for a managed policy: it has ${formatCount(characters)} characters without white space.`;
  const href = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
  return characters > INLINE_POLICY_MAX_CHARACTERS
    ? { severity: 'warning', href, message: `${start} IAM accepts ${formatCount(MANAGED_POLICY_MAX_CHARACTERS)} in a managed policy, and `
      + `in the inline policies of a role ${formatCount(INLINE_POLICY_MAX_CHARACTERS)} together. Split it into several managed policies.` }
    : { severity: 'info', href, message: `${start} IAM accepts ${formatCount(MANAGED_POLICY_MAX_CHARACTERS)} in a managed policy, so it `
      + `can only be an inline policy of a role, which may have ${formatCount(INLINE_POLICY_MAX_CHARACTERS)} in all its inline policies.` };
}

/** `32,768` */
function formatCount(number: number): string {
  return number.toLocaleString('en-US');
}

/** The size of a key policy as KMS counts it, in bytes of UTF-8 with white space, but without placeholders, whose values are not known. */
function sizeInBytes(located: DiscoveredPolicy): number {
  const { node } = located.policy;
  const text = located.layer.text.slice(node.span.start, node.span.end);
  // In another document the indentation is the document's, and AWS gets the policy without it.
  return utf8Length(isWholeFile(located) ? text : text.replace(/\s+/g, '')) - placeholderLength(node, utf8Length);
}

/** The size of an identity policy as IAM counts it, in characters without white space. */
function sizeInCharacters(located: DiscoveredPolicy): number {
  const { node } = located.policy;
  return lengthWithoutWhitespace(located.layer.text.slice(node.span.start, node.span.end))
    - placeholderLength(node, lengthWithoutWhitespace);
}

function isWholeFile({ layer: sourceLayer, policy: { node } }: DiscoveredPolicy): boolean {
  return sourceLayer.text.slice(0, node.span.start).trim() === '' && sourceLayer.text.slice(node.span.end).trim() === '';
}

function lengthWithoutWhitespace(text: string): number {
  return text.replace(/\s+/g, '').length;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

function placeholderLength(node: Node, lengthOf: (text: string) => number): number {
  if (node.kind === 'scalar') return node.placeholders.reduce((sum, { start, end }) => sum + lengthOf(node.value.slice(start, end)), 0);
  const inner = node.kind === 'list' ? itemsOf(node) : node.members.flatMap(({ key, value }) => (value ? [key, value] : [key]));
  return inner.reduce((sum, child) => sum + placeholderLength(child, lengthOf), 0);
}
