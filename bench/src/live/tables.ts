/** Part three as text. */
import { slope, type CpuFigures } from './cpu-rounds.ts';
import { spread, spreadLine } from './spread.ts';

const aimPerViewer = 0.35;

export function cpuTable(figures: readonly CpuFigures[], viewers: readonly number[]): string[] {
  const lines = [
    `  CPU seconds a minute     ${viewers.map((count) => `${count} viewers`.padStart(12)).join('')}    slope a viewer   Mbit/s`,
  ];
  for (const each of figures) {
    const medians = viewers.map((count) => spread(each.perMinute.get(count) ?? []).median.toFixed(2));
    const mbps = spread(each.bitrates).median;
    lines.push(
      `  ${each.name.padEnd(25)}${medians.map((text) => text.padStart(12)).join('')}${slope(each).toFixed(3).padStart(18)}` +
        (Number.isNaN(mbps) ? '' : mbps.toFixed(2).padStart(9)),
    );
  }
  const [ours, ...others] = figures;
  if (ours === undefined) return lines;
  lines.push(`  aim ${aimPerViewer} a viewer`);
  for (const other of others)
    lines.push(`  slope against ${other.name}: ${(slope(ours) / slope(other)).toFixed(2)}`);
  lines.push('', '  first key picture whole, viewer by node-datachannel joining: min / median / max');
  const joined = figures.filter(({ joinMs }) => joinMs.length > 0);
  for (const { name, joinMs } of joined) lines.push(spreadLine(name, 'ms', joinMs));
  for (const other of joined.slice(1))
    lines.push(
      `  join against ${other.name}: ${(spread(ours.joinMs).median / spread(other.joinMs).median).toFixed(2)} (medians)`,
    );
  return lines;
}
