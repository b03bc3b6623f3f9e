import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { SHELLS } from '../../core/index';
import type { CommandPlace } from '../protocol/policies';

interface Shape {
  readonly fits: (value: unknown) => boolean;
  readonly wanted: string;
}

const TEXT: Shape = { fits: (value) => typeof value === 'string', wanted: 'a text' };
const TEXTS: Shape = { fits: (value) => Array.isArray(value) && value.every(TEXT.fits), wanted: 'a list of texts' };
const SHELL: Shape = { fits: (value) => SHELLS.some((shell) => shell === value), wanted: `one of ${SHELLS.join(', ')}` };
const TARGET: Shape = { fits: isTarget, wanted: '{ "account": … } or { "arn": … }' };
const TARGETS: Shape = { fits: (value) => Array.isArray(value) && value.every(isTarget), wanted: 'a list of { "account": … } and { "arn": … }' };

/** A name means the same in the argument of whatever command has it. */
const SHAPES: Readonly<Partial<Record<string, Shape>>> = {
  identity: TEXT, action: TEXT, key: TEXT, message: TEXT, keyArn: TEXT, useCase: TEXT, owner: TEXT, region: TEXT,
  administrators: TEXTS, useCases: TEXTS, target: TARGET, users: TARGETS, shell: SHELL,
};

/**
 * The argument of a command, without what is null, which some editors send for what is left out. People write it by hand in the settings of
 * their editor: a value that is something else is refused by its name.
 */
export function readArgument(argument: unknown): unknown {
  if (argument === undefined || argument === null) return undefined;
  if (typeof argument !== 'object' || Array.isArray(argument)) throw invalid('the argument of a command is one object');
  const given = Object.entries(argument).filter(([, value]) => value !== undefined && value !== null);
  for (const [name, value] of given) {
    const shape = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
    if (shape?.fits(value) === false) throw invalid(`"${name}" in the argument is not ${shape.wanted}`);
  }
  return Object.fromEntries(given);
}

/** What a client sent as the argument, as far as every command on a policy needs it; the rest is looked at where it is used. */
export function placeOf(argument: unknown): CommandPlace {
  const place = argument as Partial<CommandPlace> | undefined;
  if (typeof place?.textDocument?.uri !== 'string') throw invalid('the argument has no textDocument');
  return place as CommandPlace;
}

function isTarget(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { account, arn } = value as Readonly<Record<string, unknown>>;
  return typeof (account ?? arn) === 'string';
}

function invalid(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, message);
}
