/** Many measurements of one thing, in three figures. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly count: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    min: sorted[0] ?? NaN,
    median: sorted[Math.floor(sorted.length / 2)] ?? NaN,
    max: sorted.at(-1) ?? NaN,
    count: sorted.length,
  };
}

/** `name      min / median / max   (n)   aim`. */
export function spreadLine(name: string, unit: string, values: readonly number[], aim = ''): string {
  const { min, median, max, count } = spread(values);
  const figures = [min, median, max].map((value) => value.toFixed(0).padStart(5)).join(' /');
  return `  ${name.padEnd(44)}${figures} ${unit.padEnd(3)} (${count})  ${aim}`.trimEnd();
}
