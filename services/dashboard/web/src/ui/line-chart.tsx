/** Values over time. The library (uPlot) comes with the first chart; the same values stand in a table for screen readers. */
import { useEffect, useState, type ComponentType } from 'react';
import { longTime, number } from '../format.ts';
import { t } from '../messages.ts';
import { Skeleton } from './skeleton.tsx';

export interface Point {
  /** ISO 8601. */
  readonly at: string;
  /** Null: a gap. */
  readonly value: number | null;
}

export interface LineChartProps {
  /** What is shown; also the name for screen readers. */
  readonly label: string;
  readonly points: readonly Point[];
  /** Behind every value, such as `%`. */
  readonly unit: string;
  /** The scale; default: as the values are. */
  readonly min?: number;
  readonly max?: number;
  readonly heightPx?: number;
}

const maxTableRows = 200;

export function LineChart(props: LineChartProps) {
  const [Plot, setPlot] = useState<ComponentType<LineChartProps> | null>(null);
  useEffect(() => {
    let wanted = true;
    void import('./line-plot.tsx').then(
      ({ LinePlot }) => wanted && setPlot(() => LinePlot),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, []);
  if (props.points.every((point) => point.value === null)) return <p className="hint">{t.kit.noData}</p>;
  return (
    <figure className="chart" aria-label={props.label}>
      {Plot === null ? <Skeleton lines={1} shape="cards" /> : <Plot {...props} />}
      <table className="visually-hidden">
        <caption>{props.label}</caption>
        <tbody>
          {props.points.slice(-maxTableRows).map(
            (point) =>
              point.value !== null && (
                <tr key={point.at}>
                  <th scope="row">{longTime(point.at)}</th>
                  <td>
                    {number(point.value)} {props.unit}
                  </td>
                </tr>
              ),
          )}
        </tbody>
      </table>
    </figure>
  );
}
