/**
 * Part three: CPU of the server process with 1, 4 and 8 viewers. Servers take turns within a round, so that what else the
 * machine does meets all of them; the figure that counts is the slope between few and many viewers.
 */
import { delay } from '@apiary/base/deadline';
import { cpuSeconds } from '../process-cpu.ts';
import { spread } from './spread.ts';

export interface Contender {
  readonly name: string;
  readonly pid: number;
  /** Puts so many viewers in front of it; the result takes them away. */
  readonly fill: (viewers: number) => Promise<Audience>;
}

export interface Audience {
  readonly joinMs: readonly number[];
  /** Bytes of video that came to one of them; undefined where nobody counts. */
  readonly videoBytes: () => number | undefined;
  readonly leave: () => Promise<void>;
}

export interface CpuFigures {
  readonly name: string;
  /** CPU seconds a minute, by number of viewers; one value a round. */
  readonly perMinute: ReadonlyMap<number, number[]>;
  readonly joinMs: readonly number[];
  /** Mbit/s of video to one viewer. */
  readonly bitrates: readonly number[];
}

export interface CpuPlan {
  readonly viewers: readonly number[];
  readonly rounds: number;
  readonly windowMs: number;
}

/** After the last join: bursts at the join are over, REMB has settled. */
const settleMs = 2500;

export async function cpuRounds(contenders: readonly Contender[], plan: CpuPlan): Promise<CpuFigures[]> {
  const figures = contenders.map(({ name }) => ({
    name,
    perMinute: new Map(plan.viewers.map((count) => [count, [] as number[]])),
    joinMs: [] as number[],
    bitrates: [] as number[],
  }));
  for (let round = 0; round < plan.rounds; round += 1)
    for (const viewers of plan.viewers)
      for (const [index, contender] of contenders.entries()) {
        const turn = await measureTurn(contender, viewers, plan.windowMs);
        figures[index]?.perMinute.get(viewers)?.push(turn.perMinute);
        figures[index]?.joinMs.push(...turn.joinMs);
        if (turn.mbps !== undefined) figures[index]?.bitrates.push(turn.mbps);
      }
  return figures;
}

async function measureTurn(contender: Contender, viewers: number, windowMs: number) {
  const audience = await contender.fill(viewers);
  try {
    await delay(settleMs);
    const [startedAt, cpuBefore, bytesBefore] = [
      performance.now(),
      cpuSeconds(contender.pid),
      audience.videoBytes(),
    ];
    await delay(windowMs);
    const seconds = (performance.now() - startedAt) / 1000;
    const bytes = audience.videoBytes();
    return {
      perMinute: ((cpuSeconds(contender.pid) - cpuBefore) * 60) / seconds,
      joinMs: audience.joinMs,
      mbps:
        bytes === undefined || bytesBefore === undefined
          ? undefined
          : ((bytes - bytesBefore) * 8) / seconds / 1e6,
    };
  } finally {
    await audience.leave();
  }
}

/** CPU seconds a viewer-minute: what each viewer between the fewest and the most adds. */
export function slope({ perMinute }: CpuFigures): number {
  const counts = [...perMinute.keys()].sort((a, b) => a - b);
  const [few = 0, many = 0] = [counts[0], counts.at(-1)];
  const median = (count: number): number => spread(perMinute.get(count) ?? []).median;
  return (median(many) - median(few)) / (many - few);
}
