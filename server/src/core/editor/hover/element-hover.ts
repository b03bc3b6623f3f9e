import { elementNamed } from '../../aws/element-info';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Member } from '../../syntax/tree';
import { afterColon, line, link, paragraph, strong, type Block } from './rich-text';

/** What an element is for, and what is special about it in this kind of policy. */
export function elementHover({ policy: { kind } }: DiscoveredPolicy, { key: { value } }: Member): readonly Block[] {
  const element = elementNamed(value);
  if (!element) return [];
  return [
    ...paragraph(line`${strong(value)}: ${afterColon(element.description)}`),
    ...paragraph((kind === 'key' ? KEY_POLICY_ELEMENT_NOTES : IDENTITY_POLICY_ELEMENT_NOTES)[value] ?? ''),
    ...paragraph(link(`IAM User Guide: ${value}`, element.href)),
  ];
}

/** docs/aws-rules.md 1.1 and 2: KMS Developer Guide, key-policy-overview; IAM User Guide, reference_policies_elements. */
const KEY_POLICY_ELEMENT_NOTES: Readonly<Record<string, string | undefined>> = {
  Resource: 'Here it has to be "*": this key. A key policy never applies to another key.',
  NotResource: 'It has no use here: a key policy applies only to its own key.',
  Principal: 'Every statement of a key policy needs one. The ARN that ends in :root, or the account id, means the whole account; IAM groups cannot be named.',
  Sid: 'In a key policy it may have spaces.',
};

const IDENTITY_POLICY_ELEMENT_NOTES: Readonly<Record<string, string | undefined>> = {
  Principal: 'An IAM policy has none: it is about the identity that it is attached to.',
  NotPrincipal: 'An IAM policy has none: it is about the identity that it is attached to.',
  Resource: 'For actions on a key this is the ARN of the key; an alias ARN means the alias alone.',
  Sid: 'In an IAM policy it can contain only letters and digits, and no two statements may have the same.',
  Id: 'IAM does not accept it.',
};
