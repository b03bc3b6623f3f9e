/**
 * A condition of a template that has to be true, or false. Plain data, by which two files that say the same are equal.
 */
export interface ConditionChoice {
  /** `IsProd of file:///…/template.yaml` */
  readonly name: string;
  readonly isTrue: boolean;
  /** What is the case with this choice, itself included: names of conditions that are true, with `!` in front those that are false. */
  readonly implied: readonly string[];
  /** The same with the opposite choice. */
  readonly impliedOtherwise: readonly string[];
}

/** The conditions of a template, by name. */
export type ConditionChoices = (name: string, isTrue: boolean) => ConditionChoice;

/** The conditions of a template under which something is there: all of them. */
export type Presence = readonly ConditionChoice[];

/** What is the case in some deployments: names of conditions, as `ConditionChoice.implied` has them. */
export type DeploymentCase = ReadonlySet<string>;

export const ANY_DEPLOYMENT: DeploymentCase = new Set();

export const ALWAYS: Presence = [];

/** The case in which all of it is there; undefined where conditions exclude each other. */
export function caseOfPresence(presences: readonly Presence[]): DeploymentCase | undefined {
  let deploymentCase: DeploymentCase | undefined = ANY_DEPLOYMENT;
  for (const { implied } of presences.flat()) deploymentCase = deploymentCase && addToCase(deploymentCase, implied);
  return deploymentCase;
}

/** Whether something is there: `unknown` where the case leaves it open. */
export function isPresentIn(presence: Presence, deploymentCase: DeploymentCase): 'yes' | 'no' | 'unknown' {
  if (presence.some(({ implied }) => implied.some((name) => deploymentCase.has(opposite(name))))) return 'no';
  return presence.every(({ name, isTrue }) => deploymentCase.has(isTrue ? name : opposite(name))) ? 'yes' : 'unknown';
}

/** More than four conditions that have nothing to do with each other are not told apart. */
const MAX_UNDECIDED_CONDITIONS = 4;

/**
 * The cases that the choices divide a case into, that with all of them as they are first; undefined where there are too many.
 */
export function divideCase(deploymentCase: DeploymentCase, choices: readonly ConditionChoice[]): readonly DeploymentCase[] | undefined {
  const undecided = [...new Map(choices.map((choice) => [choice.name, choice])).values()]
    .filter(({ name }) => !deploymentCase.has(name) && !deploymentCase.has(opposite(name)));
  if (undecided.length > MAX_UNDECIDED_CONDITIONS) return undefined;
  return undecided.reduce<readonly DeploymentCase[]>((cases, { name, implied, impliedOtherwise }) => cases.flatMap((divided) => (
    divided.has(name) || divided.has(opposite(name)) ? divided
      : [addToCase(divided, implied), addToCase(divided, impliedOtherwise)].filter((added) => added !== undefined))), [deploymentCase]);
}

function addToCase(deploymentCase: DeploymentCase, implied: readonly string[]): DeploymentCase | undefined {
  return implied.some((name) => deploymentCase.has(opposite(name))) ? undefined : new Set([...deploymentCase, ...implied]);
}

function opposite(name: string): string {
  return name.startsWith('!') ? name.slice(1) : `!${name}`;
}
