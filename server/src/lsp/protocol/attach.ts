import type { TargetItem, Target } from './generate';
import type { CommandPlace, PolicyRef } from './policies';

export interface AttachChoices {
  readonly targets: readonly TargetItem[];
  /** Regular expression for what is typed in place of a choice. */
  readonly pattern: string;
}

export interface AttachParams {
  readonly policy: PolicyRef;
  readonly target: Target;
}

export interface AttachCommand extends CommandPlace {
  readonly target: Target;
}
