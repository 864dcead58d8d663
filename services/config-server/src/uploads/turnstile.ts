/** Lets `width` pieces of work run at a time, the others in the order they came: bounds what unpacking holds in memory. */
export function turnstile(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place passes to the next in line, or falls free.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
