/** Why the project's data stays as it is where it differs from the package, by what the difference is about. */
export const DIFFERENCE_EXPLANATIONS: Readonly<Record<string, string>> = {
  'action kms:Encapsulate': 'In the KMS API since ML-KEM keys; not yet in the Service Authorization Reference.',
  'action kms:Decapsulate': 'In the KMS API since ML-KEM keys; not yet in the Service Authorization Reference.',
  'action kms:RetireGrant: condition keys':
    'The package adds every condition key of the resource type; the KMS Developer Guide lists fewer for this action.',
  'action kms:SynchronizeMultiRegionKey: condition keys': 'Internal; the package adds every condition key of the resource type.',
  'action kms:UntagResource: condition keys':
    'The KMS Developer Guide lists aws:RequestTag for it, the Service Authorization Reference does not; '
    + 'taking it as possible raises no false finding.',
  'global condition key aws:SignInSessionArn': 'In the list of the IAM User Guide since 2026; not yet in the package.',
  'global condition key aws:SourceVpcArn: type': 'An ARN in the IAM User Guide, which recommends the ARN operators for it.',
  'global condition key codebuild:BuildArn': 'In the list of the IAM User Guide; not yet in the package.',
  'global condition key codebuild:ProjectArn': 'In the list of the IAM User Guide; not yet in the package.',
};
