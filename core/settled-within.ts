/**
 * Waits for a promise for so long and no longer. The promise itself goes on.
 *
 * @returns What the promise resolves with, or `undefined` when it takes longer.
 * @throws What the promise rejects with.
 */
export async function settledWithin<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
