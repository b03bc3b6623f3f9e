import { attachChoices as choicesFor, declareAttachment, parseIdentityArn, isAccountId, MANIFEST_NAME } from '../../core/index';
import type { AttachChoices, AttachParams } from '../protocol/attach';
import type { EditOffer, Refused } from '../protocol/edits';
import type { PolicyRef } from '../protocol/policies';
import type { Session } from '../session';
import { TARGET_PATTERN, toTargetItem } from './generate';
import type { EditingSession } from './up-to-date-texts';
import { offerManifestChange } from './manifest-edit-offer';
import { requirePolicy } from './policy-lookup';

/** See `kmsHandshake/attachChoices`. */
export function attachChoices(session: Session, ref: PolicyRef): AttachChoices {
  const { world } = session.analysisHost.workspace();
  return { targets: choicesFor(world, requirePolicy(session, ref)).map((choice) => toTargetItem(world, choice)), pattern: TARGET_PATTERN };
}

/** See `kmsHandshake/attach`. */
export function attach(session: EditingSession, { policy: ref, target }: AttachParams): EditOffer | Refused {
  const { world } = session.analysisHost.workspace();
  const policy = requirePolicy(session, ref);
  if (policy.policy.kind !== 'identity') return { refused: 'Only an IAM policy can be attached to an identity.' };
  if ('account' in target && !isAccountId(target.account))
    return { refused: `"${target.account}" is not an account id: it has exactly 12 digits.` };
  if ('arn' in target && parseIdentityArn(target.arn) === undefined)
    return { refused: `"${target.arn}" is not the ARN of a user, role or group, as arn:aws:iam::444455556666:role/App is.` };
  const name = 'account' in target ? `account ${target.account}` : target.arn;
  return offerManifestChange(session, declareAttachment(world, policy, target),
    `Declares in ${MANIFEST_NAME} that the policy is attached to ${name}.`);
}
