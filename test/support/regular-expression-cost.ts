import { RegExpParser, type AST } from '@eslint-community/regexpp';

/**
 * Whether a regular expression can take more than linear time: it is made into an automaton, which is searched for the two shapes that make
 * a backtracking engine try again and again.
 *
 * - exponential: one text leads around a loop in two ways, as in `(a|a)*b`;
 * - polynomial: one text leads around a loop, from it to a second one, and around that, as in `^a*a*b`. That the engine starts
 *   again at each character is a loop too, before the expression: `a*b` is polynomial.
 *
 * Where the expression can end at once the engine succeeds and does not come back, so only what lies between such states is tried again.
 *
 * Source: Weideman, van der Merwe, Berglund, Watson: Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers by Using
 * Ambiguity of NFA (CIAA 2016). Assertions are taken to hold; what a lookahead reads counts as a way of its own.
 */
export function regularExpressionCost(source: string, flags = ''): 'linear' | 'polynomial' | 'exponential' {
  const automaton = buildAutomaton(
    new RegExpParser({ ecmaVersion: 2024 }).parsePattern(source, undefined, undefined, { unicode: flags.includes('u') }),
    flags,
  );
  const loops = loopsIn(automaton, () => false);
  const failing = loopsIn(automaton, (state) => automaton.canAccept[state] === true);
  if (failing.some((loop) => isAmbiguous(automaton, loop))) return 'exponential';
  return loops.some((first) => failing.some((second) => isTriedAgain(automaton, first, second))) ? 'polynomial' : 'linear';
}

interface AutomatonState {
  /** States that follow without a character. */
  readonly emptyTransitions: number[];
  /** Indices of sets of characters, each with the state that follows. */
  readonly characterTransitions: [set: number, next: number][];
  /** An assertion may fail here. */
  fails: boolean;
}

interface Automaton {
  readonly states: readonly AutomatonState[];
  /** Whether the expression can end in a state without another character, whatever follows. */
  readonly canAccept: readonly boolean[];
  /** The kinds of characters that the expression tells apart: which of its sets hold them, as bits. */
  readonly characters: readonly number[];
  readonly step: (state: number, character: number) => ReadonlyMap<number, number>;
}

const MAX_STATES = 20_000;

function buildAutomaton(pattern: AST.Pattern, flags: string): Automaton {
  const automatonStates: AutomatonState[] = [];
  const sets: string[] = [];
  const literals = new Set<number>();
  const add = (): number => {
    if (automatonStates.length > MAX_STATES) throw new RangeError(`too large to judge: ${pattern.raw}`);
    return automatonStates.push({ emptyTransitions: [], characterTransitions: [], fails: false }) - 1;
  };
  const link = (from: number, to: number): void => void automatonStates[from]?.emptyTransitions.push(to);
  const end = add();

  /** Builds a node behind the state `from`; gives the state behind it. `atStart`: the text may begin here. */
  const build = (node: AST.Element | AST.Alternative, from: number, atStart: boolean): number => {
    switch (node.type) {
      case 'Alternative': return node.elements.reduce((state, element) => build(element, state, atStart), from);
      case 'Group': case 'CapturingGroup': return choose(node.alternatives, from, atStart);
      case 'Quantifier': return repeat(node, from, atStart);
      case 'Assertion': return assertion(node, from, atStart);
      case 'Character': case 'CharacterSet': case 'CharacterClass': {
        if (node.type === 'Character') literals.add(node.value);
        if (node.type === 'CharacterClass') {
          for (const element of node.elements) literalsOf(element).forEach((value) => literals.add(value));
        }
        const to = add();
        if (!sets.includes(node.raw)) sets.push(node.raw);
        automatonStates[from]?.characterTransitions.push([sets.indexOf(node.raw), to]);
        return to;
      }
      default: throw new TypeError(`${node.type} cannot be judged: ${pattern.raw}`);
    }
  };
  const choose = (alternatives: readonly AST.Alternative[], from: number, atStart: boolean): number => {
    const to = add();
    for (const alternative of alternatives) {
      const start = add();
      link(from, start);
      link(build(alternative, start, atStart), to);
    }
    return to;
  };
  const repeat = ({ element, min, max }: AST.Quantifier, from: number, atStart: boolean): number => {
    let state = from;
    for (let i = 0; i < min; i++) state = build(element, state, atStart);
    const to = add();
    if (max === Number.POSITIVE_INFINITY) {
      const head = add();
      link(state, head);
      link(build(element, head, atStart), head);
      link(head, to);
      return to;
    }
    for (let i = min; i < max; i++) {
      link(state, to);
      state = build(element, state, atStart);
    }
    link(state, to);
    return to;
  };
  const assertion = (node: AST.Assertion, from: number, atStart: boolean): number => {
    const to = add();
    if (node.kind === 'start' && !atStart && !flags.includes('m')) return to;
    link(from, to);
    const automatonState = automatonStates[to];
    if (automatonState) automatonState.fails = true;
    if (node.kind === 'lookahead') {
      const inside = add();
      link(from, inside);
      choose(node.alternatives, inside, atStart);
    } else if (node.kind === 'lookbehind' && /(?<!\\)[*+]|,\}/.test(node.raw)) {
      throw new TypeError(`a lookbehind without a bound: ${pattern.raw}`);
    }
    return to;
  };

  link(choose(pattern.alternatives, add(), true), end);
  const skip = add();
  link(choose(pattern.alternatives, skip, false), end);
  const characters = charactersOf(sets, literals, flags);
  return { states: automatonStates, canAccept: automatonStates.map((_, state) => reachesEndWithoutCharacter(automatonStates, state, end)),
    characters, step: createStepFunction(automatonStates, skip) };
}

function literalsOf(element: AST.CharacterClassElement): number[] {
  if (element.type === 'Character') return [element.value];
  return element.type === 'CharacterClassRange' ? [element.min.value, element.max.value] : [];
}

/** For each kind of character that the sets tell apart, which of them hold it, as bits. */
function charactersOf(sets: readonly string[], literals: ReadonlySet<number>, flags: string): number[] {
  if (sets.length > 52) throw new RangeError('too many sets of characters to judge');
  const tests = sets.map((set) => new RegExp(`^(?:${set})$`, flags.replace(/[gym]/g, '')));
  const candidates = new Set<number>([...literals].flatMap((value) => [value - 1, value, value + 1]).filter((value) => value >= 0));
  for (let value = 0; value < 0x250; value++) candidates.add(value);
  for (const value of [0x1680, 0x180e, 0x200b, 0x2003, 0x2028, 0x202e, 0x20ac, 0x212a, 0x2502, 0x3000, 0x4e2d, 0xd800, 0xe000, 0xe001,
    0xfeff, 0xffff]) candidates.add(value);
  return [
    ...new Set([...candidates].map((value) =>
      tests.reduce((bits, test, i) => (test.test(String.fromCodePoint(value)) ? bits + 2 ** i : bits), 0)
    )),
  ].filter((bits) => bits > 0);
}

/** The states behind one character, with the number of ways that lead there (1, or 2 for several). */
function createStepFunction(automatonStates: readonly AutomatonState[], skip: number): Automaton['step'] {
  const ways = new Map<number, ReadonlyMap<number, number>>();
  const steps = new Map<string, ReadonlyMap<number, number>>();
  const reachedFrom = (state: number): ReadonlyMap<number, number> => {
    const reached = ways.get(state) ?? countEmptyPaths(automatonStates, state);
    ways.set(state, reached);
    return reached;
  };
  return (state, character) => {
    const name = `${state} ${character}`;
    const before = steps.get(name);
    if (before) return before;
    const following = new Map<number, number>(state === skip ? [[skip, 1]] : []);
    for (const [reached, count] of reachedFrom(state)) {
      for (const [set, next] of automatonStates[reached]?.characterTransitions ?? [])
        if (Math.floor(character / 2 ** set) % 2 === 1) following.set(next, Math.min(2, (following.get(next) ?? 0) + count));
    }
    steps.set(name, following);
    return following;
  };
}

/** Of a loop without a character, as in `(a*)*`, a second round is a second way. */
function countEmptyPaths(automatonStates: readonly AutomatonState[], from: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const visit = (state: number): void => {
    const count = counts.get(state) ?? 0;
    if (count >= 2) return;
    counts.set(state, count + 1);
    for (const next of automatonStates[state]?.emptyTransitions ?? []) visit(next);
  };
  visit(from);
  return counts;
}

/** The states that lead back to themselves without a blocked state, by the loops that they form. */
function loopsIn({ states: automatonStates, characters, step }: Automaton, isBlocked: (state: number) => boolean): number[][] {
  const forward = automatonStates.map((_, state) => new Set(characters.flatMap((character) => [...step(state, character).keys()])));
  const reached = automatonStates.map((_, from) => {
    const visited = new Set<number>();
    const pending = isBlocked(from) ? [] : [...forward[from] ?? []];
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      if (visited.has(state) || isBlocked(state)) continue;
      visited.add(state);
      pending.push(...forward[state] ?? []);
    }
    return visited;
  });
  const looping = automatonStates.map((_, state) => state).filter((state) => reached[state]?.has(state));
  const loops = looping.map((state) => looping.filter((other) => reached[state]?.has(other) && reached[other]?.has(state)));
  return [...new Map(loops.map((loop) => [loop.join(), loop])).values()];
}

function reachesEndWithoutCharacter(automatonStates: readonly AutomatonState[], from: number, end: number): boolean {
  const visited = new Set<number>();
  const pending = [from];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (state === end) return true;
    if (visited.has(state)) continue;
    visited.add(state);
    for (const next of automatonStates[state]?.emptyTransitions ?? []) if (automatonStates[next]?.fails !== true) pending.push(next);
  }
  return false;
}

function isAmbiguous({ characters, step }: Automaton, loop: readonly number[]): boolean {
  const inside = new Set(loop);
  const next = (state: number, character: number): [number, number][] =>
    [...step(state, character)].filter(([following]) => inside.has(following));
  if (loop.some((state) => characters.some((character) => next(state, character).some(([, count]) => count > 1)))) return true;
  const forward = new Map<string, Set<string>>();
  const backward = new Map<string, Set<string>>();
  const link = (graph: Map<string, Set<string>>, from: string, to: string): void =>
    void (graph.get(from) ?? graph.set(from, new Set()).get(from))?.add(to);
  for (const a of loop)
    for (const b of loop)
      for (const character of characters) {
        for (const [x] of next(a, character))
          for (const [y] of next(b, character)) {
            link(forward, `${a},${b}`, `${x},${y}`);
            link(backward, `${x},${y}`, `${a},${b}`);
          }
      }
  const spread = (graph: ReadonlyMap<string, ReadonlySet<string>>): Set<string> => {
    const visited = new Set<string>();
    const pending = loop.map((state) => `${state},${state}`);
    for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
      if (visited.has(pair)) continue;
      visited.add(pair);
      pending.push(...graph.get(pair) ?? []);
    }
    return visited;
  };
  const back = spread(backward);
  return [...spread(forward)].some((pair) => back.has(pair) && pair.split(',')[0] !== pair.split(',')[1]);
}

/** Whether one text leads around the first loop, from it to the second, and around that. */
function isTriedAgain({ characters, step }: Automaton, first: readonly number[], second: readonly number[]): boolean {
  const [inFirst, inSecond] = [new Set(first), new Set(second)];
  for (const p of first) for (const q of second) {
    if (p === q) continue;
    const visited = new Set<string>();
    const pending: [number, number, number][] = [[p, p, q]];
    for (let triple = pending.pop(); triple; triple = pending.pop()) {
      const [a, b, c] = triple;
      for (const character of characters) {
        const around = [...step(c, character).keys()].filter((state) => inSecond.has(state));
        const again = around.length === 0 ? [] : [...step(a, character).keys()].filter((state) => inFirst.has(state));
        if (again.length === 0) continue;
        for (const between of step(b, character).keys()) for (const x of again) for (const z of around) {
          if (x === p && between === q && z === q) return true;
          const name = `${x},${between},${z}`;
          if (!visited.has(name)) {
            visited.add(name);
            pending.push([x, between, z]);
          }
        }
      }
    }
  }
  return false;
}
