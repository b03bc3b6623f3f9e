import { parseViaService, VIA_SERVICES } from '../aws/services';
import { locationInFile } from '../discovery/discovery-result';
import { hasSubstitutedPlaceholder } from '../policy/policy-string';
import { valueSpan } from '../syntax/tree';
import { fixValue } from './shared/fix';
import { effectOfImpossibleValue, literalValues } from './shared/kms-conditions';
import { requiresViaServiceOfServices, suggestService, VIA_SERVICE_KEY } from './shared/via-service';
import type { Rule } from './rule';

export const viaserviceUnknownService: Rule = {
  code: 'viaservice-unknown-service',
  severity: 'info',
  summary: 'kms:ViaService names a service that KMS does not list',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service',
  check: {
    *condition(conditionInStatement, { policy: located }) {
      const { condition, statement } = conditionInStatement;
      if (condition.keyLower !== VIA_SERVICE_KEY || condition.operatorName === undefined) return;
      if (located.policy.kind === 'key' && requiresViaServiceOfServices(statement, condition)) return;
      for (const policyString of literalValues(condition)) {
        const service = parseViaService(policyString.value)?.service;
        // `viaservice-format` reports capitals.
        if (service === undefined || !/^[a-z0-9-]+$/.test(service) || VIA_SERVICES.has(service)) continue;
        const suggestion = suggestService(service);
        yield {
          at: locationInFile(located,
            hasSubstitutedPlaceholder(policyString) ? policyString.node.content : valueSpan(policyString.node, 0, service.length)),
          message: `"${service}" is not among the services that KMS lists for `
            + `kms:ViaService${
              suggestion === undefined
                ? '. Unless it is a service that calls KMS for its users, no request has this value, '
                  + `${effectOfImpossibleValue(conditionInStatement)}.`
                : `. Did you mean ${suggestion}?`
            }`,
          fixes: () =>
            suggestion === undefined
              ? []
              : fixValue(`Replace ${service} with ${suggestion}`, located, policyString,
                suggestion + policyString.value.slice(service.length), {
                preferred: true,
              }),
        };
      }
    },
  },
};
