/** The drawing of line-chart.tsx: uPlot in the colours of the page, as wide as its place. */
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { number, shortTime } from '../format.ts';
import type { LineChartProps } from './line-chart.tsx';

export function LinePlot({ points, unit, min, max, heightPx = 160 }: LineChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--chart-axis'),
      grid: { stroke: colour('--chart-grid'), width: 1 },
      ticks: { show: false },
      font: `12px ${style.fontFamily}`,
    };
    const plot = new UPlot(
      {
        width: Math.max(element.clientWidth, 120),
        height: heightPx,
        legend: { show: false },
        cursor: { y: false },
        scales: { y: { range: (_plot, low, high) => rangeOf(min ?? low, max ?? high) } },
        axes: [
          {
            ...axis,
            values: (_plot, times) =>
              times.map((time) => shortTime(new Date(time * 1000).toISOString(), Date.now())),
            space: 90,
          },
          { ...axis, values: (_plot, values) => values.map((value) => `${number(value)} ${unit}`), size: 64 },
        ],
        series: [
          {},
          { stroke: colour('--chart-line'), fill: colour('--chart-fill'), width: 2, points: { show: false } },
        ],
      },
      [points.map((point) => Date.parse(point.at) / 1000), points.map((point) => point.value)],
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: heightPx }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [points, unit, min, max, heightPx]);
  return <div ref={place} className="chart-plot" aria-hidden="true" />;
}

/** A flat line still needs a height. */
function rangeOf(low: number, high: number): [number, number] {
  return low === high ? [low - 1, high + 1] : [low, high];
}
