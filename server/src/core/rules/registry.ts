import { accountMismatch, accountMismatchOfTwins } from './account-mismatch';
import { actionNotAllowedByKeyPolicy } from './action-not-allowed-by-key-policy';
import { actionUnusedByConsumer } from './action-unused-by-consumer';
import { crossAccountUnsupportedAction, crossAccountUnsupportedActionOfIdentity } from './cross-account-unsupported-action';
import { explicitDenyOverrides } from './explicit-deny-overrides';
import { identityNotInKeyPolicy } from './identity-not-in-key-policy';
import { identityPolicyMissing } from './identity-policy-missing';
import { keyPolicyMissing } from './key-policy-missing';
import { keyPolicyNotDelegating } from './key-policy-not-delegating';
import { partitionMismatch, partitionMismatchOfIdentity, partitionMismatchOfKey, partitionMismatchOfTwins } from './partition-mismatch';
import { regionMismatch, regionMismatchOfCondition, regionMismatchOfTwins } from './region-mismatch';
import type { Rule } from './rule';

/** Every rule, one line each: what is not in this list does not run. */
export const RULES: readonly Rule[] = [
  accountMismatch,
  accountMismatchOfTwins,
  actionNotAllowedByKeyPolicy,
  actionUnusedByConsumer,
  crossAccountUnsupportedAction,
  crossAccountUnsupportedActionOfIdentity,
  explicitDenyOverrides,
  identityNotInKeyPolicy,
  identityPolicyMissing,
  keyPolicyMissing,
  keyPolicyNotDelegating,
  partitionMismatch,
  partitionMismatchOfIdentity,
  partitionMismatchOfKey,
  partitionMismatchOfTwins,
  regionMismatch,
  regionMismatchOfCondition,
  regionMismatchOfTwins,
];
