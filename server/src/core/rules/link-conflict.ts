import type { RuleFor, WorldSubject } from './rule';

/** Declarations, or links of the same trust, that cannot be true together; each of their places says so. */
export const linkConflict: RuleFor<'world', WorldSubject> = {
  scope: 'world',
  meta: {
    code: 'link-conflict',
    severity: 'warning',
    summary: 'Two places say different things about the same key, policy or account',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
    fixable: false,
  },
  *check({ world }) {
    for (const { message, places } of world.report.conflicts) {
      for (const at of places) {
        yield {
          at,
          message: /[.?]$/.test(message) ? message : `${message}.`,
          related: places.filter((place) => place !== at).map((place) => ({ at: place, message: 'This says something else.' })),
          rests: [],
        };
      }
    }
  },
};
