/** Lines of the logs; only those in view are laid out. */
import type { Logs } from '../types.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Time } from '../ui/time.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { logText } from './log-text.ts';
import { t } from './words.ts';

type Line = Logs['lines'][number];

const tones: Readonly<Record<string, Tone>> = { warn: 'warn', error: 'bad', fatal: 'bad' };
const estimatePx = 52;

/** The same line may come twice in one millisecond: its place among equals tells them apart. */
function keyed(lines: readonly Line[]): { key: string; line: Line }[] {
  const seen = new Map<string, number>();
  return lines.toReversed().map((line) => {
    const same = `${line.part} ${line.at ?? ''} ${line.text}`;
    const count = seen.get(same) ?? 0;
    seen.set(same, count + 1);
    return { key: `${same} ${count}`, line };
  });
}

export function LogList({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <>
      <p className="hint">{t.logs.shown(lines.length)}</p>
      <VirtualList
        label={t.logs.list}
        items={keyed(lines).toReversed()}
        itemKey={({ key }) => key}
        estimatePx={estimatePx}
        gapPx={0}
      >
        {({ line }) => <LogLine line={line} />}
      </VirtualList>
    </>
  );
}

function LogLine({ line: { part, at, level, text } }: { readonly line: Line }) {
  const { head, facts } = logText(text);
  return (
    <div className="log-line">
      <span className="hint log-origin">
        {at === null ? t.logs.noTime : <Time at={at} as="clock" />} <span>{part}</span>
        {level !== null && <Badge tone={tones[level] ?? 'neutral'}>{level}</Badge>}
      </span>
      <span className="mono">
        <strong>{head}</strong> {facts}
      </span>
    </div>
  );
}
