/** Whether a series of samples grows: its least-squares slope, over the part after the start has settled. */
export interface Sample {
  readonly atMinutes: number;
  readonly value: number;
}

export interface Trend {
  readonly first: number;
  readonly last: number;
  readonly max: number;
  /** Per hour. */
  readonly slope: number;
}

export function trend(samples: readonly Sample[], settledMinutes: number): Trend {
  const settled = samples.filter(({ atMinutes }) => atMinutes >= settledMinutes);
  const used = settled.length >= 2 ? settled : samples;
  const mean = (pick: (sample: Sample) => number): number =>
    used.reduce((total, sample) => total + pick(sample), 0) / used.length;
  const [meanAt, meanValue] = [mean(({ atMinutes }) => atMinutes), mean(({ value }) => value)];
  let [above, below] = [0, 0];
  for (const { atMinutes, value } of used) {
    above += (atMinutes - meanAt) * (value - meanValue);
    below += (atMinutes - meanAt) ** 2;
  }
  return {
    first: used[0]?.value ?? NaN,
    last: used.at(-1)?.value ?? NaN,
    max: Math.max(...used.map(({ value }) => value)),
    slope: below === 0 ? 0 : (above / below) * 60,
  };
}
