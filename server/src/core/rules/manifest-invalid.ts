import type { FileSubject, RuleFor, RuleMeta, WorldSubject } from './rule';

const META: RuleMeta = {
  code: 'manifest-invalid',
  severity: 'error',
  summary: 'kms-handshake.json says something that cannot be',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
  fixable: false,
};

/** A `kms-handshake.json` that says something that cannot be, or points to nothing. */
export const manifestInvalid: RuleFor<'world', WorldSubject> = {
  scope: 'world',
  meta: META,
  *check({ world }) {
    for (const { uri, span, message, severity } of world.report.manifest) {
      yield { at: { uri, span }, message: /[.?]$/.test(message) ? message : `${message}.`, severity };
    }
  },
};

/** One that says what could be, where nobody reads it: those who open or check a folder above theirs would wonder. */
export const manifestNotAtRoot: RuleFor<'file', FileSubject> = {
  scope: 'file',
  meta: META,
  *check({ uri, reading }) {
    if (!reading.strayManifest) return;
    const folder = decodeURIComponent(uri.split('/').at(-2) ?? '');
    const message = 'This file does not count: kms-handshake.json is read at the root of the folder that is opened or checked, and this one lies below it.'
      + ` Open or check the folder "${folder}" by itself, add it to the workspace, or declare the same at the root.`;
    yield { at: { uri, span: reading.strayManifest }, severity: 'info', message };
  },
};
