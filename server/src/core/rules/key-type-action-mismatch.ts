import { joinNames } from '../access/text/describe-access';
import { KEY_ACTIONS, NO_ACTIONS, ALL_ACTIONS } from '../aws/actions';
import { actionsForKeyTypes, keyTypesOfSpec, keyTypesOfUsage, type KeyTypes } from '../aws/key-types';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition, Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import type { RelatedLocation } from './shared/finding';
import { kmsActionPatterns } from './shared/key-access-requests';
import { linksOfIdentityAndKey } from './shared/external-grantees';
import { typesOfCondition } from './shared/unsatisfiable-conditions';
import { removeAction } from './shared/action-fixes';
import type { FindingDraft, Rule } from './rule';
import { nameOfKey } from './shared/wording';

export const keyTypeActionMismatch: Rule = {
  code: 'key-type-action-mismatch',
  severity: 'error',
  summary: 'The action does not work on a key of this type',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-compare.html',
  check: {
    *kmsPolicy({ policy: located, key }) {
      const { policy } = located;
      const keyTypes = policy.kind === 'key' && key ? typesOfKey(key) : undefined;
      for (const statement of policy.statements) {
        if (statement.effect !== 'Allow' || kmsActionPatterns(statement).length === 0) continue;
        if (keyTypes && key) yield* keyTypeDrafts(located, statement, keyTypes, describeKeyType(key), {});
        for (const condition of statement.conditions) {
          const types = typesOfCondition(condition);
          if (types) yield* keyTypeDrafts(located, statement, types, `the condition on ${condition.key} leaves `
            + `${joinNames(condition.values.map(({ value }) => value))} only`, { dependsOnLinks: [] }, condition);
        }
      }
    },
    /** An IAM policy asks of a key what it cannot do. */
    *pair(pair) {
      const { identity, key, usableActions, requests } = pair;
      const types = typesOfKey(key);
      if (!types) return;
      for (const { policy, statement, resources, specificity, appliesForCertain, actions } of requests) {
        // For another key of the same statement the action may be right.
        if (specificity !== 'key' || !appliesForCertain || resources.length !== statement.resource?.patterns.length) continue;
        const dependsOnLinks = linksOfIdentityAndKey(identity, key);
        yield* keyTypeDrafts(policy, statement, types, describeKeyType(key), { dependsOnLinks }, undefined, usableActions & actions);
      }
    },
  },
};

function* keyTypeDrafts(
  located: DiscoveredPolicy, statement: Statement, types: KeyTypes, reason: string, more: Pick<FindingDraft, 'dependsOnLinks'>,
  condition?: Condition, actions = ALL_ACTIONS,
): Iterable<FindingDraft> {
  const possible = actionsForKeyTypes(types);
  const related: RelatedLocation[] = condition
    ? [{ at: locationInFile(located, condition.keyMember.span), message: 'This condition limits the keys that are meant.' }]
    : [];
  for (const pattern of kmsActionPatterns(statement)) {
    const { actionSet } = pattern;
    if ((actionSet & KEY_ACTIONS) === NO_ACTIONS || (actionSet & possible) !== NO_ACTIONS || (actionSet & actions) === NO_ACTIONS) continue;
    yield {
      at: locationInFile(located, pattern.text.node.span),
      message: `${pattern.text.value} does not work here: ${reason}. KMS rejects every such call.`,
      related,
      unnecessary: true,
      ...more,
      fixes: () => removeAction(located, statement, pattern, { preferred: true }),
    };
  }
}

/** Undefined while neither spec nor usage is known, or they contradict each other. */
function typesOfKey({ keySpec, keyUsage }: Key): KeyTypes | undefined {
  const bySpec = keySpec === undefined ? undefined : keyTypesOfSpec(keySpec);
  const byUsage = keyUsage === undefined ? undefined : keyTypesOfUsage(keyUsage);
  if (!bySpec || !byUsage) return bySpec ?? byUsage;
  const commonTypes = new Set([...bySpec].filter((type) => byUsage.has(type)));
  return commonTypes.size > 0 ? commonTypes : undefined;
}

function describeKeyType(key: Key): string {
  const facts = [key.keySpec && `spec ${key.keySpec}`, key.keyUsage && `usage ${key.keyUsage}`].filter(Boolean);
  return `${nameOfKey(key)} has the ${facts.join(' and the ')}`;
}
