import type { Rule } from './rule';

/** Thousands of places that each list all the others would take gigabytes. */
const MAX_RELATED = 10;

export const linkConflict: Rule = {
  code: 'link-conflict',
  severity: 'warning',
  summary: 'Two places say different things about the same key, policy or account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
  fixable: false,
  check: {
    *world({ world }) {
      for (const { message, places } of world.linkReport.conflicts) {
        for (const at of places) {
          yield {
            at,
            message: /[.?]$/.test(message) ? message : `${message}.`,
            related: places.slice(0, MAX_RELATED + 1).filter((place) => place !== at).slice(0, MAX_RELATED)
              .map((place) => ({ at: place, message: 'This says something else.' })),
            dependsOnLinks: [],
          };
        }
      }
    },
  },
};
