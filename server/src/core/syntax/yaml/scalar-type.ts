import type { ScalarNode } from '../tree';

/**
 * What a plain scalar is in YAML 1.1, as SnakeYAML reads it, which CloudFormation uses: `yes` and `on` are Booleans, `012` is an octal
 * number. Dates are strings here.
 */
export function plainScalarType(value: string): ScalarNode['type'] {
  const c = value.charCodeAt(0);
  if (Number.isNaN(c)) return 'null';
  // Digits, signs and the dot; then the letters that the words below begin with.
  if (c >= 43 && c <= 57) return INTEGER.test(value) || FLOAT.test(value) ? 'number' : 'string';
  if (value.length > 5 || !'nNtTfFyYoO~'.includes(value.charAt(0))) return 'string';
  if (BOOLEAN.test(value)) return 'boolean';
  return NULL.test(value) ? 'null' : 'string';
}

const INTEGER =
  /^[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o[0-7]+|0_*[0-7][0-7_]*|0|[1-9][0-9_]*(?::[0-5]?[0-9])*)$/;
const FLOAT =
  /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF)|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)$|^\.(?:nan|NaN|NAN)$/;
const BOOLEAN = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL)$/;

const PLAIN_TEXT = /^[A-Za-z0-9_./$](?:[\w ./:${}*+=@,;()[\]-]*[\w./}*)-])?$/;
/** Account ids keep their leading zeros, and dates stay strings, whoever reads them. */
const NUMBER_OR_DATE = /^[-+]?\.?\d[\d_.,:]*(?:[eE][-+]?\d*)?$|^\d{4}-\d\d?-\d\d?|^0[xob]/;

/** Whether it needs no quotes. */
export function isPlainText(value: string, isInFlow: boolean): boolean {
  return PLAIN_TEXT.test(value) && !/: |:$| #|^---|^\.\.\./.test(value) && !NUMBER_OR_DATE.test(value) && !/^[yYnN]$/.test(value)
    && plainScalarType(value) === 'string' && !(isInFlow && /[{},[\]]/.test(value));
}
