import { getHeapStatistics } from 'node:v8';
import { isAwsOutput } from '../../core/index';
import { isLargerThan, largerThanPhrase, utf8Size, type FileContent, type HostFiles } from '../host';
import { BEGINNING_LENGTH, readFileBeginning, type FileBeginning } from './read-file';

const MIB = 1024 * 1024;
/** Output of the AWS CLI about a whole account is read up to this size, whatever the limit for other files is. */
const MAX_AWS_OUTPUT_BYTES = 64 * MIB;
/** What somebody names by itself. A string of V8 has room for twice as much. */
const MAX_NAMED_FILE_BYTES = 256 * MIB;

/** A larger limit for a file that is above the usual one, or why it is not read; undefined where the usual limit stays. */
export type ExtendedSizeLimit = number | Extract<FileContent, { readonly kind: 'left-out' }> | undefined;

export type ExtendedSizeLimitOf = (path: string) => ExtendedSizeLimit;

/**
 * The limits for files above `maxBytes` that begin like output of the AWS CLI, of several that are read together: the memory has to be
 * enough for all of them. A file that has more than its size says keeps the usual limit: how much memory it takes cannot be told.
 */
export function createAwsOutputLimits(maxBytes: number): ExtendedSizeLimitOf {
  let promised = 0;
  return (path) => {
    const start = readFileBeginning(path, (size) => size > maxBytes && size <= MAX_AWS_OUTPUT_BYTES);
    if (!start || !isAwsOutput(start.beginning)) return undefined;
    const lack = reasonMemoryInsufficient(start, promised);
    if (lack !== undefined) return { kind: 'left-out', why: lack };
    promised += estimatedHeapBytes(start);
    return MAX_AWS_OUTPUT_BYTES;
  };
}

/** The limit for a file that is named by itself. */
export function namedFileLimit(path: string): Exclude<ExtendedSizeLimit, undefined> {
  const start = readFileBeginning(path, (size) => size <= MAX_NAMED_FILE_BYTES);
  const lack = start && reasonMemoryInsufficient(start, 0);
  return lack === undefined ? MAX_NAMED_FILE_BYTES : { kind: 'left-out', why: lack };
}

export const reasonTooLarge: HostFiles['reasonTooLarge'] = (text, maxBytes, isJudged) => {
  if (!isLargerThan(text, maxBytes)) return undefined;
  const beginning = text.slice(0, BEGINNING_LENGTH);
  if (!isAwsOutput(beginning) || isLargerThan(text, MAX_AWS_OUTPUT_BYTES)) return largerThanPhrase(maxBytes);
  return isJudged() ? undefined : reasonMemoryInsufficient({ size: utf8Size(text), beginning }, 0);
};

/**
 * About how many bytes of memory it takes to judge a file: measured on `get-account-authorization-details` of roles with one short policy
 * each, the densest there is. The AWS CLI indents its output, so that much of it is blanks.
 */
function estimatedHeapBytes({ size, beginning }: FileBeginning): number {
  const blanks = beginning.length - beginning.replace(/\n +/g, '').length;
  return size * (blanks * 4 > beginning.length ? 16 : 36);
}

/** Running out of memory would end the process without a word about the reason. */
function reasonMemoryInsufficient(start: FileBeginning, promised: number): string | undefined {
  const { heap_size_limit: limit, used_heap_size } = getHeapStatistics();
  const used = used_heap_size + promised;
  const needed = estimatedHeapBytes(start);
  if (used + needed <= limit) return undefined;
  const enough = Math.ceil((used + needed) / MIB / 1024) * 1024;
  const needs = `its ${toMebibytes(start.size)} MiB take about ${toMebibytes(needed)} MiB of memory, and Node.js may use `
    + `${toMebibytes(limit - used)} MiB`;
  return `${needs}; set the environment variable NODE_OPTIONS=--max-old-space-size=${enough}`;
}

function toMebibytes(bytes: number): number {
  return Math.ceil(bytes / MIB);
}
