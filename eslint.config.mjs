import path from 'node:path';
import { fileURLToPath } from 'node:url';
import stylistic from '@stylistic/eslint-plugin';
import tseslint from 'typescript-eslint';
import {
  bareIdentifierComparison, clientTextRestrictions, noDefaultExport, serverMessageRestrictions,
} from './scripts/lib/restricted-syntax.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));

/** Lines and files that can be read without scrolling; an address, a regular expression or a text to be translated cannot be broken. */
const sizes = {
  '@stylistic/max-len': ['error', { code: 140, ignoreUrls: true, ignoreRegExpLiterals: true, ignorePattern: 'l10n\\.t\\(\'' }],
  'max-lines': ['error', { max: 320 }],
};

export default tseslint.config(
  { plugins: { '@stylistic': stylistic } },
  { ignores: ['node_modules/', 'dist/', 'out/', 'coverage/', '**/*.json', '**/fixtures/**'] },
  {
    files: ['client/**/*.ts', 'server/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // noPropertyAccessFromIndexSignature is off, but the style of env['X'] is left to the author
      '@typescript-eslint/dot-notation': 'off',
      // `() => map.set(…)` and `(): void => emit()` read well and hurt nobody
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true, boolean: true } }],
      '@typescript-eslint/unbound-method': 'off',
      'no-restricted-syntax': ['error', noDefaultExport],
      ...sizes,
      eqeqeq: ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
    },
  },
  {
    // Pure: what it has to say, it returns.
    files: ['server/src/core/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'window', 'globalThis',
          'performance'].map((name) => ({ name, message: 'The core knows no host.' })),
      ],
    },
  },
  {
    // Standard output belongs to the protocol there.
    files: ['server/src/lsp/**/*.ts', 'server/src/host/**/*.ts', 'client/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['client/src/**/*.ts'],
    ignores: ['client/src/window/**'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, ...clientTextRestrictions] },
  },
  {
    files: ['server/src/**/*.ts'],
    ignores: ['server/src/lsp/features/messages.ts'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, ...serverMessageRestrictions] },
  },
  {
    files: ['server/src/core/access/**/*.ts', 'server/src/core/linking/**/*.ts', 'server/src/core/rules/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, ...serverMessageRestrictions, bareIdentifierComparison] },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      // lists of cases are data
      'max-lines': ['error', { max: 350 }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['scripts/**/*.mjs', 'scripts/**/*.cjs', '*.mjs', '*.cjs', '.*.cjs'],
    extends: [tseslint.configs.recommended],
    rules: { '@typescript-eslint/no-require-imports': 'off', ...sizes },
  },
);
