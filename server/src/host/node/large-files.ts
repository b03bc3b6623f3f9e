import { getHeapStatistics } from 'node:v8';
import { isAwsOutput } from '../../core/index';
import { isLargerThan, largerThan, sizeOf, type FileContent, type Files } from '../contract';
import { BEGINNING_LENGTH, readStart, type FileStart } from './read';

const MIB = 1024 * 1024;
/** Output of the AWS CLI about a whole account is read up to this size, whatever the limit for other files is. */
const LARGEST_OUTPUT = 64 * MIB;
/** What somebody names by itself. A string of V8 has room for twice as much. */
const LARGEST_NAMED = 256 * MIB;

/** A larger limit for a file that is above the usual one, or why it is not read; undefined where the usual limit stays. */
export type LargerLimit = number | Extract<FileContent, { readonly kind: 'left-out' }> | undefined;

export type OutputLimit = (path: string) => LargerLimit;

/**
 * The limits for files above `maxBytes` that begin like output of the AWS CLI, of several that are read together: the memory has to be
 * enough for all of them. A file that has more than its size says keeps the usual limit: how much memory it takes cannot be told.
 */
export function outputLimits(maxBytes: number): OutputLimit {
  let promised = 0;
  return (path) => {
    const start = readStart(path, (size) => size > maxBytes && size <= LARGEST_OUTPUT);
    if (!start || !isAwsOutput(start.beginning)) return undefined;
    const lack = lackOfMemory(start, promised);
    if (lack !== undefined) return { kind: 'left-out', why: lack };
    promised += heapFor(start);
    return LARGEST_OUTPUT;
  };
}

/** The limit for a file that is named by itself. */
export function limitOfNamed(path: string): Exclude<LargerLimit, undefined> {
  const start = readStart(path, (size) => size <= LARGEST_NAMED);
  const lack = start && lackOfMemory(start, 0);
  return lack === undefined ? LARGEST_NAMED : { kind: 'left-out', why: lack };
}

export const whyTooLarge: Files['whyTooLarge'] = (text, maxBytes, isJudged) => {
  if (!isLargerThan(text, maxBytes)) return undefined;
  const beginning = text.slice(0, BEGINNING_LENGTH);
  if (!isAwsOutput(beginning) || isLargerThan(text, LARGEST_OUTPUT)) return largerThan(maxBytes);
  return isJudged() ? undefined : lackOfMemory({ size: sizeOf(text), beginning }, 0);
};

/**
 * About how many bytes of memory it takes to judge a file: measured on `get-account-authorization-details` of roles with one short policy
 * each, the densest there is. The AWS CLI indents its output, so that much of it is blanks.
 */
function heapFor({ size, beginning }: FileStart): number {
  const blanks = beginning.length - beginning.replace(/\n +/g, '').length;
  return size * (blanks * 4 > beginning.length ? 16 : 36);
}

/** Running out of memory would end the process without a word about the reason. */
function lackOfMemory(start: FileStart, promised: number): string | undefined {
  const { heap_size_limit: limit, used_heap_size } = getHeapStatistics();
  const used = used_heap_size + promised;
  const needed = heapFor(start);
  if (used + needed <= limit) return undefined;
  const enough = Math.ceil((used + needed) / MIB / 1024) * 1024;
  const needs = `its ${inMib(start.size)} MiB take about ${inMib(needed)} MiB of memory, and Node.js may use ${inMib(limit - used)} MiB`;
  return `${needs}; set the environment variable NODE_OPTIONS=--max-old-space-size=${enough}`;
}

function inMib(bytes: number): number {
  return Math.ceil(bytes / MIB);
}
