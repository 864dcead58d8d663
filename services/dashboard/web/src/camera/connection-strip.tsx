/** When the camera was connected, as one strip; in words for those who do not see it. */
import { locale } from '../messages.ts';
import { shortTime } from '../format.ts';
import type { CameraHistory } from '../types.ts';
import { useNow } from '../ui/use-now.ts';
import { connectionFigures, connectionSpans, type ConnectionSpan } from './connection-spans.ts';
import { t } from './words.ts';

const percent = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const spoken = 50;

export function ConnectionStrip({ history }: { readonly history: CameraHistory }) {
  const now = useNow();
  const spans = connectionSpans(history);
  const { share, cuts } = connectionFigures(spans);
  const whole = Date.parse(history.to) - Date.parse(history.from);
  const text = (span: ConnectionSpan): string =>
    t.history.span(nameOf(span), shortTime(isoOf(span.from), now), shortTime(isoOf(span.to), now));
  return (
    <div className="connection-history">
      <h3>{t.history.connection}</h3>
      <p className="hint">
        {share === null
          ? t.history.noConnection
          : `${t.history.uptime(percent.format(share * 100))} · ${t.history.cuts(cuts)}`}
      </p>
      <div className="connection-strip" aria-hidden="true">
        {spans.map((span) => (
          <span
            key={span.from}
            className={`connection-span connection-span-${span.connected === null ? 'unknown' : span.connected ? 'on' : 'off'}`}
            style={{ flexGrow: (span.to - span.from) / whole }}
            title={text(span)}
          />
        ))}
      </div>
      <p className="connection-ends" aria-hidden="true">
        <span>{shortTime(history.from, now)}</span>
        <span>{shortTime(history.to, now)}</span>
      </p>
      <ul className="visually-hidden">
        {spans.slice(-spoken).map((span) => (
          <li key={span.from}>{text(span)}</li>
        ))}
      </ul>
    </div>
  );
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
const nameOf = ({ connected }: ConnectionSpan): string =>
  connected === null ? t.history.unknown : connected ? t.history.connected : t.history.disconnected;
