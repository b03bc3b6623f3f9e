import { accountMismatch } from './account-mismatch';
import { actionNotAllowedByKeyPolicy } from './action-not-allowed-by-key-policy';
import { actionPrefix } from './action-prefix';
import { actionUnusedByConsumer } from './action-unused-by-consumer';
import { aliasActionHalf } from './alias-action-half';
import { aliasArnInResource } from './alias-arn-in-resource';
import { aliasConditionValue } from './alias-condition-value';
import { arnWhitespace } from './arn-whitespace';
import { assumedRoleFormat } from './assumed-role-format';
import { awsManagedKeyCrossAccount } from './aws-managed-key-cross-account';
import { bareStarPrincipal } from './bare-star-principal';
import { callerAccountExcludesPrincipal } from './caller-account-excludes-principal';
import { conditionKeyNotApplicable } from './condition-key-not-applicable';
import { conditionValueNotInEnum } from './condition-value-not-in-enum';
import { conditionsContradict } from './conditions-contradict';
import { crossAccountUnsupportedAction } from './cross-account-unsupported-action';
import { deceptiveCharacter } from './deceptive-character';
import { deprecatedConditionKey } from './deprecated-condition-key';
import { duplicateElement } from './duplicate-element';
import { elementConflict } from './element-conflict';
import { emptyList } from './empty-list';
import { explicitDenyOverrides } from './explicit-deny-overrides';
import { externalAccountIsOwner } from './external-account-is-owner';
import { forbiddenCharacter } from './forbidden-character';
import { foreignActionInKeyPolicy } from './foreign-action-in-key-policy';
import { fragment } from './fragment';
import { grantOperationsPrefix } from './grant-operations-prefix';
import { groupPrincipal } from './group-principal';
import { iamOnlyActionInKeyPolicy } from './iam-only-action-in-key-policy';
import { idInIdentityPolicy } from './id-in-identity-policy';
import { identityNotInKeyPolicy } from './identity-not-in-key-policy';
import { identityPolicyMissing } from './identity-policy-missing';
import { invalidAccountId } from './invalid-account-id';
import { invalidEffect } from './invalid-effect';
import { invalidPrincipalKey } from './invalid-principal-key';
import { jsonSyntax } from './json-syntax';
import { keyIdFormat } from './key-id-format';
import { keyPolicyElementMissing } from './key-policy-element-missing';
import { keyPolicyLockout } from './key-policy-lockout';
import { keyPolicyMissing } from './key-policy-missing';
import { keyPolicyNotDelegating } from './key-policy-not-delegating';
import { keyPolicyResourceNotStar } from './key-policy-resource-not-star';
import { keyPolicySingleAdmin } from './key-policy-single-admin';
import { keyTypeActionMismatch } from './key-type-action-mismatch';
import { kmsActionInOtherPolicy } from './kms-action-in-other-policy';
import { linkAmbiguous } from './link-ambiguous';
import { linkConflict } from './link-conflict';
import { malformedKeyArn } from './malformed-key-arn';
import { manifestInvalid } from './manifest-invalid';
import { missingKeyArnResource } from './missing-key-arn-resource';
import { missingPrincipal } from './missing-principal';
import { mrkSingleRegion } from './mrk-single-region';
import { networkConditionBreaksServices } from './network-condition-breaks-services';
import { notActionAllow } from './not-action-allow';
import { notAnArn } from './not-an-arn';
import { notPrincipal } from './not-principal';
import { operatorTypeMismatch } from './operator-type-mismatch';
import { orgConditionWithServicePrincipal } from './org-condition-with-service-principal';
import { organizationIdFormat } from './organization-id-format';
import { orphanedPrincipalId } from './orphaned-principal-id';
import { partitionMismatch } from './partition-mismatch';
import { placeholderValue } from './placeholder-value';
import { policyTooLarge } from './policy-too-large';
import { principalInIdentityPolicy } from './principal-in-identity-policy';
import { principalNotIamArn } from './principal-not-iam-arn';
import { principalPartialWildcard } from './principal-partial-wildcard';
import { redundantAction } from './redundant-action';
import { regionMismatch } from './region-mismatch';
import { resourceAliasesInKeyPolicy } from './resource-aliases-in-key-policy';
import { rootIsAccount } from './root-is-account';
import type { Rule } from './rule';
import { serviceLinkedRoleNeedsGrant } from './service-linked-role-needs-grant';
import { servicePrincipalFormat } from './service-principal-format';
import { servicePrincipalUnrestricted } from './service-principal-unrestricted';
import { setOperatorMissing } from './set-operator-missing';
import { setOperatorOnSingleValued } from './set-operator-on-single-valued';
import { sidDuplicate } from './sid-duplicate';
import { sidInvalid } from './sid-invalid';
import { sourceConditionWithIamPrincipal } from './source-condition-with-iam-principal';
import { ssoRolePrincipal } from './sso-role-principal';
import { starOnlyActionScoped } from './star-only-action-scoped';
import { suppressionUnused } from './suppression-unused';
import { unconditionalCreateGrant } from './unconditional-create-grant';
import { unknownAction } from './unknown-action';
import { unknownConditionKey } from './unknown-condition-key';
import { unknownElement } from './unknown-element';
import { unknownOperator } from './unknown-operator';
import { unknownPartition } from './unknown-partition';
import { unknownRegion } from './unknown-region';
import { useCaseIncomplete } from './use-case-incomplete';
import { valueType } from './value-type';
import { variableNeedsVersion } from './variable-needs-version';
import { version } from './version';
import { viaserviceFormat } from './viaservice-format';
import { viaserviceUnknownService } from './viaservice-unknown-service';
import { viaserviceWithServicePrincipal } from './viaservice-with-service-principal';
import { wildcardGrantsAdmin } from './wildcard-grants-admin';
import { wildcardPrincipal } from './wildcard-principal';
import { wildcardWithoutLike } from './wildcard-without-like';

/** All rules, one line each. What is not in this list does not run. */
export const RULES: readonly Rule[] = [
  accountMismatch,
  actionNotAllowedByKeyPolicy,
  actionPrefix,
  actionUnusedByConsumer,
  aliasActionHalf,
  aliasArnInResource,
  aliasConditionValue,
  arnWhitespace,
  assumedRoleFormat,
  awsManagedKeyCrossAccount,
  bareStarPrincipal,
  callerAccountExcludesPrincipal,
  conditionKeyNotApplicable,
  conditionValueNotInEnum,
  conditionsContradict,
  crossAccountUnsupportedAction,
  deceptiveCharacter,
  deprecatedConditionKey,
  duplicateElement,
  elementConflict,
  emptyList,
  explicitDenyOverrides,
  externalAccountIsOwner,
  forbiddenCharacter,
  foreignActionInKeyPolicy,
  fragment,
  grantOperationsPrefix,
  groupPrincipal,
  iamOnlyActionInKeyPolicy,
  idInIdentityPolicy,
  identityNotInKeyPolicy,
  identityPolicyMissing,
  invalidAccountId,
  invalidEffect,
  invalidPrincipalKey,
  jsonSyntax,
  keyIdFormat,
  keyPolicyElementMissing,
  keyPolicyLockout,
  keyPolicyMissing,
  keyPolicyNotDelegating,
  keyPolicyResourceNotStar,
  keyPolicySingleAdmin,
  keyTypeActionMismatch,
  kmsActionInOtherPolicy,
  linkAmbiguous,
  linkConflict,
  malformedKeyArn,
  manifestInvalid,
  missingKeyArnResource,
  missingPrincipal,
  mrkSingleRegion,
  networkConditionBreaksServices,
  notActionAllow,
  notAnArn,
  notPrincipal,
  operatorTypeMismatch,
  orgConditionWithServicePrincipal,
  organizationIdFormat,
  orphanedPrincipalId,
  partitionMismatch,
  placeholderValue,
  policyTooLarge,
  principalInIdentityPolicy,
  principalNotIamArn,
  principalPartialWildcard,
  redundantAction,
  regionMismatch,
  resourceAliasesInKeyPolicy,
  rootIsAccount,
  serviceLinkedRoleNeedsGrant,
  servicePrincipalFormat,
  servicePrincipalUnrestricted,
  setOperatorMissing,
  setOperatorOnSingleValued,
  sidDuplicate,
  sidInvalid,
  sourceConditionWithIamPrincipal,
  ssoRolePrincipal,
  starOnlyActionScoped,
  suppressionUnused,
  unconditionalCreateGrant,
  unknownAction,
  unknownConditionKey,
  unknownElement,
  unknownOperator,
  unknownPartition,
  unknownRegion,
  useCaseIncomplete,
  valueType,
  variableNeedsVersion,
  version,
  viaserviceFormat,
  viaserviceUnknownService,
  viaserviceWithServicePrincipal,
  wildcardGrantsAdmin,
  wildcardPrincipal,
  wildcardWithoutLike,
];
