import { parseArgs } from 'node:util';
import { nearestWord, RULE_LEVELS, RULES, type RuleLevel, type RuleLevels } from '../core/index';
import { UsageError } from './usage';

export type CommandLineArguments =
  | { readonly name: 'help' } | { readonly name: 'version' } | { readonly name: 'lsp' }
  | CheckArguments | MatrixArguments | ExplainArguments | GenerateArguments;

/** How files are read, the same for all commands that read policies. */
export interface FileReadOptions {
  /** Is read in place of the `kms-handshake.json` of each folder. */
  readonly config: string | undefined;
  /** Links that lead out of the folder are followed. */
  readonly followLinks: boolean;
  /** Larger files are left out, but for those that are named, and output of AWS tools; undefined for the usual limit. */
  readonly maxBytes: number | undefined;
}

export interface CheckArguments extends FileReadOptions {
  readonly name: 'check';
  readonly paths: readonly string[];
  readonly format: (typeof CHECK_FORMATS)[number];
  /** The file that the report is written to; undefined for standard output. */
  readonly output: string | undefined;
  readonly failOn: 'error' | 'warning' | 'info' | 'never';
  /** More warnings than this make the check fail, too. */
  readonly maxWarnings: number | undefined;
  readonly hints: boolean;
  /** Only errors are reported. */
  readonly quiet: boolean;
  readonly ruleOverrides: RuleLevels;
  /** A file with findings that are accepted. */
  readonly baseline: string | undefined;
  readonly updateBaseline: boolean;
}

const CHECK_FORMATS = ['text', 'json', 'ndjson', 'sarif', 'github', 'junit', 'gitlab'] as const;

export interface MatrixArguments extends FileReadOptions {
  readonly name: 'matrix';
  readonly path: string;
  readonly format: 'text' | 'json' | 'csv' | 'markdown' | 'svg' | 'ndjson';
}

export interface ExplainArguments extends FileReadOptions {
  readonly name: 'explain';
  readonly path: string;
  readonly identity: string | undefined;
  readonly action: string | undefined;
  readonly key: string | undefined;
  /** A file with an AWS error message, or `-` for standard input: says what the others leave out. */
  readonly message: string | undefined;
  readonly format: 'text' | 'json';
}

export interface GenerateArguments extends FileReadOptions {
  readonly name: 'generate';
  readonly counterpartKind: 'consumer' | 'key-policy';
  readonly keyPolicy: string | undefined;
  readonly iamPolicy: string | undefined;
  readonly key: string | undefined;
  readonly identity: string | undefined;
  readonly account: string | undefined;
  readonly useCase: string | undefined;
  readonly out: string | undefined;
  readonly force: boolean;
}

const STRING_OPTION = { type: 'string' } as const;
const BOOLEAN_OPTION = { type: 'boolean' } as const;
const FILE_READ_OPTIONS = { config: STRING_OPTION, 'follow-links': BOOLEAN_OPTION, 'max-file-size': STRING_OPTION } as const;

interface FileReadOptionValues {
  readonly config?: string | undefined;
  readonly 'follow-links'?: boolean | undefined;
  readonly 'max-file-size'?: string | undefined;
}

function fileReadOptions({ config, 'follow-links': followLinks = false, 'max-file-size': size }: FileReadOptionValues): FileReadOptions {
  if (size !== undefined && !/^[1-9]\d{0,8}$/.test(size))
    throw new UsageError(`--max-file-size takes a number of KiB, 1024 for a megabyte; "${size}" is not one`);
  return { config, followLinks, maxBytes: size === undefined ? undefined : Number(size) * 1024 };
}

/** Throws `UsageError` with a line that says what is wrong with the arguments. */
export function parseCommandLine(argv: readonly string[]): CommandLineArguments {
  const [name, ...rest] = argv;
  switch (name) {
    case undefined: throw new UsageError('a command is missing: check, matrix, explain, generate or lsp');
    case 'help': case '--help': case '-h': return { name: 'help' };
    case 'version': case '--version': return { name: 'version' };
    case 'check': return parseCheckArguments(rest);
    case 'matrix': return parseMatrixArguments(rest);
    case 'explain': return parseExplainArguments(rest);
    case 'generate': return parseGenerateArguments(rest);
    case 'lsp': return parseLspArguments(rest);
    default: throw new UsageError(`there is no command "${name}": check, matrix, explain, generate or lsp`);
  }
}

function parseOptions<O extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(args: readonly string[], options: O) {
  // `check "$FOLDER"` with nothing in the variable would check the current folder, and `--out ""` write there.
  const empty = args.findIndex((arg) => arg === '' || /^--[\w-]+=$/.test(arg));
  if (empty >= 0) throw new UsageError(`${emptyArgumentName(args, empty)} is empty`);
  try {
    return parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true,
      strict: true });
  } catch (error) {
    throw new UsageError(unknownOptionFault(error, Object.keys(options ?? {})) ?? (error instanceof Error ? error.message : String(error)));
  }
}

function unknownOptionFault(error: unknown, names: readonly string[]): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return undefined;
  const option = /'(-[^']*)'/.exec(error.message)?.[1] ?? '';
  return `there is no option ${option}${nearestWordQuestion(option.replace(/^-+/, ''), names, '--')}`;
}

/** `; did you mean --format?` behind the name of what does not exist; empty where nothing is near. */
function nearestWordQuestion(word: string, words: readonly string[], prefix = ''): string {
  const nearest = nearestWord(word, words);
  return nearest === undefined ? '' : `; did you mean ${prefix}${nearest}?`;
}

function emptyArgumentName(args: readonly string[], index: number): string {
  const [before = '', arg = ''] = [args[index - 1], args[index]];
  if (arg !== '') return arg.slice(0, -1);
  return /^--[\w-]+$/.test(before) ? before : `argument ${index + 1}`;
}

function enumOption<T extends string>(option: string, value: string | undefined, allowed: readonly [T, ...T[]]): T {
  if (value === undefined) return allowed[0];
  const choice = allowed.find((t) => t === value);
  if (choice === undefined) throw new UsageError(`--${option} takes ${allowed.join(', ')}; "${value}" is not one of them`);
  return choice;
}

function numberOption(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new UsageError(`--${option} takes a number; "${value}" is not one`);
  return Number(value);
}

/** `CODE=LEVEL` */
function parseRuleLevel(text: string): [string, RuleLevel] {
  const [, code, word] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (code === undefined || word === undefined)
    throw new UsageError(`--rule takes CODE=LEVEL, such as wildcard-principal=warning, not "${text}"`);
  const codes = RULES.map((rule) => rule.code);
  if (!codes.includes(code)) throw new UsageError(`there is no rule "${code}"${nearestWordQuestion(code, codes)}`);
  const level = RULE_LEVELS.find((candidate) => candidate === word);
  if (level === undefined) throw new UsageError(`--rule ${code} takes ${RULE_LEVELS.join(', ')}; "${word}" is not one of them`);
  return [code, level];
}

function parseCheckArguments(args: readonly string[]): CommandLineArguments {
  const { values, positionals } = parseOptions(args, { format: STRING_OPTION, output: STRING_OPTION, 'fail-on': STRING_OPTION,
    'max-warnings': STRING_OPTION, hints: BOOLEAN_OPTION, quiet: BOOLEAN_OPTION, rule: { type: 'string', multiple: true },
    baseline: STRING_OPTION, 'update-baseline': BOOLEAN_OPTION, ...FILE_READ_OPTIONS });
  if (values.help) return { name: 'help' };
  const { baseline, output, hints = false, quiet = false, 'update-baseline': updateBaseline = false } = values;
  if (updateBaseline && baseline === undefined) throw new UsageError('--update-baseline needs --baseline FILE');
  return {
    name: 'check',
    paths: positionals.length > 0 ? positionals : ['.'],
    format: enumOption('format', values.format, CHECK_FORMATS),
    failOn: enumOption('fail-on', values['fail-on'], ['error', 'warning', 'info', 'never']),
    maxWarnings: numberOption('max-warnings', values['max-warnings']),
    ruleOverrides: new Map((values.rule ?? []).map(parseRuleLevel)),
    output, hints, quiet, baseline, updateBaseline,
    ...fileReadOptions(values),
  };
}

function parseMatrixArguments(args: readonly string[]): CommandLineArguments {
  const { values, positionals } = parseOptions(args, { format: STRING_OPTION, ...FILE_READ_OPTIONS });
  if (values.help) return { name: 'help' };
  if (positionals.length > 1) throw new UsageError(`matrix takes one folder or file, not ${positionals.length}`);
  return { name: 'matrix', path: positionals[0] ?? '.',
    format: enumOption('format', values.format, ['text', 'json', 'csv', 'markdown', 'svg', 'ndjson']), ...fileReadOptions(values) };
}

function parseExplainArguments(args: readonly string[]): CommandLineArguments {
  const { values, positionals } = parseOptions(args, { identity: STRING_OPTION, action: STRING_OPTION, key: STRING_OPTION,
    message: STRING_OPTION, format: STRING_OPTION, ...FILE_READ_OPTIONS });
  if (values.help) return { name: 'help' };
  if (positionals.length > 1) throw new UsageError(`explain takes one folder or file, not ${positionals.length}`);
  const { identity, action, key, message } = values;
  return { name: 'explain', path: positionals[0] ?? '.', identity, action, key, message,
    format: enumOption('format', values.format, ['text', 'json']), ...fileReadOptions(values) };
}

function parseGenerateArguments(args: readonly string[]): CommandLineArguments {
  const { values, positionals } = parseOptions(args, {
    'key-policy': STRING_OPTION, 'iam-policy': STRING_OPTION, key: STRING_OPTION, identity: STRING_OPTION, account: STRING_OPTION,
    'use-case': STRING_OPTION, out: STRING_OPTION, force: BOOLEAN_OPTION, ...FILE_READ_OPTIONS,
  });
  if (values.help) return { name: 'help' };
  const [name, ...more] = positionals;
  if (name !== 'consumer' && name !== 'key-policy' || more.length > 0)
    throw new UsageError('generate takes one word, "consumer" or "key-policy"');
  if (values.identity !== undefined && values.account !== undefined) throw new UsageError('--identity and --account exclude each other');
  if (values.account !== undefined && !/^\d{12}$/.test(values.account))
    throw new UsageError(`--account takes 12 digits; "${values.account}" is not an account id`);
  if (name === 'consumer' && values['key-policy'] === undefined) throw new UsageError('generate consumer needs --key-policy FILE');
  if (name === 'consumer' && values['iam-policy'] !== undefined) throw new UsageError('--iam-policy belongs to generate key-policy');
  if (name === 'key-policy' && values['iam-policy'] === undefined) throw new UsageError('generate key-policy needs --iam-policy FILE');
  return {
    name: 'generate', counterpartKind: name, keyPolicy: values['key-policy'], iamPolicy: values['iam-policy'], key: values.key,
    identity: values.identity,
    account: values.account, useCase: values['use-case'], out: values.out, force: values.force ?? false,
    ...fileReadOptions(values),
  };
}

function parseLspArguments(args: readonly string[]): CommandLineArguments {
  const { values } = parseOptions(args, { stdio: BOOLEAN_OPTION, 'node-ipc': BOOLEAN_OPTION, socket: STRING_OPTION, pipe: STRING_OPTION,
    clientProcessId: STRING_OPTION });
  if (values.help) return { name: 'help' };
  if (!values.stdio && !values['node-ipc'] && values.socket === undefined && values.pipe === undefined)
    throw new UsageError('lsp needs to be told how it speaks with the editor: lsp --stdio');
  return { name: 'lsp' };
}
