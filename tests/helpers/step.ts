/** A point that one side of a test waits at until the other side lets it go on. */
export interface Step {
  readonly taken: Promise<void>;
  readonly take: () => void;
}

export function makeStep(): Step {
  let take = () => {};
  const taken = new Promise<void>((resolve) => (take = resolve));
  return { taken, take };
}
