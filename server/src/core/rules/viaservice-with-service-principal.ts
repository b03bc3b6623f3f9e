import { enumerate } from '../access/say';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Fix } from './finding';
import { fixCondition } from './judgements/condition-change';
import { kmsConditions, type Placed } from './judgements/conditions';
import { asksOnlyServices } from './judgements/via-service';
import type { PolicySubject, RuleFor } from './rule';

/** A service principal calls as itself; `kms:ViaService` is there only when a service calls with a user's credentials. */
export const viaserviceWithServicePrincipal: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'viaservice-with-service-principal',
    severity: 'error',
    summary: 'kms:ViaService is asked of a service principal, whose requests never have it',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service',
    fixable: true,
  },
  needs: ['keyPolicy', 'conditions'],
  *check({ policy: located, key }) {
    if (located.policy.kind !== 'key') return;
    for (const placed of kmsConditions(located.policy)) {
      const { condition, statement } = placed;
      if (!asksOnlyServices(statement, condition)) continue;
      const services = (statement.principal?.principals ?? []).map(({ text }) => text.value);
      yield {
        at: placeOf(located, condition.keyMember.key.span),
        message: `kms:ViaService is only in requests that a service makes with the credentials of a user or role. ${enumerate(services)} calls as itself here, so the condition is never true and the statement allows nothing. Limit a service by aws:SourceAccount or aws:SourceArn.`,
        related: statement.principal ? [{ at: placeOf(located, statement.principal.member.span), message: 'The statement is for services that call as themselves.' }] : [],
        fixes: () => fixesFor(located, placed, key?.account),
      };
    }
  },
};

function fixesFor(located: LocatedPolicy, placed: Placed, owner: string | undefined): Fix[] {
  if (owner === undefined) return [];
  const change = { operator: 'StringEquals', key: 'aws:SourceAccount', value: owner };
  return fixCondition(`Ask for aws:SourceAccount ${owner} in its place`, located, placed, change, { preferred: true });
}
