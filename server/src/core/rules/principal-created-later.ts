import type { PrincipalCreatedLater } from '../discovery/template-fault';
import { memberOf } from '../syntax/tree';
import type { TreeEdit } from '../syntax/tree-edit';
import { fixLayer } from './shared/fix';
import { templateFaultsOfKind } from './shared/template-faults';
import type { Rule } from './rule';

export const principalCreatedLater: Rule = {
  code: 'principal-created-later',
  severity: 'info',
  summary: 'A key policy names a role of its template that may not exist yet when the key is made',
  href: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html',
  check: {
    *file({ uri, reading }) {
      for (const fault of templateFaultsOfKind(reading, 'principal-created-later')) {
        const { principalId, keyId, isCircular } = fault;
        yield {
          at: fault.at,
          message: `Principal ${principalId} of this template may not exist yet when CloudFormation makes ${keyId}, and KMS accepts only `
            + `principals that exist: the first deployment may fail. `
            + (isCircular ? circularAdvice(fault) : `Let ${keyId} depend on ${principalId}.`),
          fixes: () => (isCircular ? []
            : [fixLayer(`Add DependsOn: ${principalId} to ${keyId}`, uri, fault.layer, [dependencyEdit(fault)], { preferred: true })]),
        };
      }
    },
  },
};

function circularAdvice({ principalId, keyId }: PrincipalCreatedLater): string {
  return `${principalId} depends on ${keyId}, so ${keyId} cannot depend on it. Move the policy that refers to ${keyId} out of `
    + `${principalId}.`;
}

function dependencyEdit({ key, principalId }: PrincipalCreatedLater): TreeEdit {
  const member = memberOf(key, 'DependsOn');
  return member ? { edit: 'append', member, value: principalId }
    : { edit: 'set-member', object: key, name: 'DependsOn', value: principalId, after: 'Type' };
}
