import { actionsWhere, type ActionSet } from './actions';

/** The types of keys as `data/kms-actions.json` names them: `symmetric`, `hmac`, `asym:SIGN_VERIFY`. */
export type KeyTypes = ReadonlySet<string>;

/** What a key of a spec can be used for (KMS Developer Guide, symm-asymm-compare; docs/aws-rules.md 7.2), by the start of the spec. */
const KEY_TYPES_BY_SPEC: readonly (readonly [start: string, types: readonly string[]])[] = [
  ['SYMMETRIC_DEFAULT', ['symmetric']],
  ['HMAC_', ['hmac']],
  ['RSA_', ['asym:ENCRYPT_DECRYPT', 'asym:SIGN_VERIFY']],
  ['ECC_NIST_P', ['asym:SIGN_VERIFY', 'asym:KEY_AGREEMENT']],
  ['ECC_', ['asym:SIGN_VERIFY']],
  ['ML_DSA_', ['asym:SIGN_VERIFY']],
  ['ML_KEM_', ['asym:ENCAPSULATE_DECAPSULATE']],
  ['SM2', ['asym:ENCRYPT_DECRYPT', 'asym:SIGN_VERIFY', 'asym:KEY_AGREEMENT']],
];

/** The types that a key of that spec can have; undefined for a spec that nobody knows. */
export function keyTypesOfSpec(spec: string): KeyTypes | undefined {
  const types = KEY_TYPES_BY_SPEC.find(([start]) => spec.startsWith(start))?.[1];
  return types && new Set(types);
}

/** The types that a key of that usage can have; undefined for a usage that nobody knows. */
export function keyTypesOfUsage(usage: string): KeyTypes | undefined {
  switch (usage) {
    case 'ENCRYPT_DECRYPT': return new Set(['symmetric', 'asym:ENCRYPT_DECRYPT']);
    case 'GENERATE_VERIFY_MAC': return new Set(['hmac']);
    case 'SIGN_VERIFY': case 'KEY_AGREEMENT': case 'ENCAPSULATE_DECAPSULATE': return new Set([`asym:${usage}`]);
    default: return undefined;
  }
}

/** The actions that work on a key of any of these types, and those that work on no key at all. */
export function actionsForKeyTypes(types: KeyTypes): ActionSet {
  return actionsWhere((action) => action.keyTypes.length === 0 || action.keyTypes.some((type) => types.has(type)));
}
