/** Where a policy stands in its file. */
export type PolicyAddress =
  /** The policy is the document. */
  | { readonly kind: 'document' }
  /**
   * A JSON pointer (RFC 6901), which goes through strings that contain JSON as if they were objects: `/Policy`, `/0/Document/Statement`.
   */
  | { readonly kind: 'pointer'; readonly pointer: string };

export const WHOLE_DOCUMENT: PolicyAddress = { kind: 'document' };

/** @param pointer empty for the whole document */
export function addressOfPointer(pointer: string): PolicyAddress {
  return pointer === '' ? WHOLE_DOCUMENT : { kind: 'pointer', pointer };
}

/** The JSON pointer, empty for the whole document: as the protocol of the language server and `kms-handshake.json` write addresses. */
export function pointerOfAddress(address: PolicyAddress): string {
  return address.kind === 'pointer' ? address.pointer : '';
}

/** `#/Policy` behind the name of a file; empty for the whole document. */
export function addressFragment(address: PolicyAddress): string {
  return address.kind === 'pointer' ? `#${address.pointer}` : '';
}

/** Whether the policy stands at a pointer or below it; an undefined pointer, or an empty one, means the whole file. */
export function isUnderPointer(address: PolicyAddress, pointer: string | undefined): boolean {
  if (pointer === undefined || pointer === '') return true;
  return address.kind === 'pointer' && (address.pointer === pointer || address.pointer.startsWith(`${pointer}/`));
}

export function isSameAddress(address: PolicyAddress, other: PolicyAddress): boolean {
  return pointerOfAddress(address) === pointerOfAddress(other);
}
