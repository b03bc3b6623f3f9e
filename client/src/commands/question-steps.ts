import { BACK, type QuestionStep } from '../window/question-step';

/** Asks one thing. Gives the answers so far with this one; undefined when it was dismissed. */
export type Question<A> = (answers: A, step: QuestionStep) => Promise<A | typeof BACK | undefined>;

/**
 * Asks one question after the other; whoever goes back is asked the one before again. Undefined when one was dismissed.
 *
 * @param questionsFor all questions, as far as the answers tell which those are
 */
export async function askQuestions<A>(title: string, questionsFor: (answers: A) => readonly Question<A>[],
  start: A): Promise<A | undefined> {
  const answers: A[] = [start];
  for (;;) {
    const current = answers[answers.length - 1];
    if (current === undefined) return current;
    const questions = questionsFor(current);
    const question = questions[answers.length - 1];
    if (question === undefined) return current;
    const next = await question(current, { title, step: answers.length, totalSteps: questions.length });
    if (next === undefined) return undefined;
    if (next !== BACK) answers.push(next);
    else if (answers.length > 1) answers.pop();
  }
}
