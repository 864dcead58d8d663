/** The overlay asked for: what the connection does, and how its start went. */
import { t } from '../messages.ts';
import { startSentence } from './sentences.ts';
import type { LiveState } from './session.ts';
import { stepsOf, type StartTrace } from './trace.ts';

export function LiveDetails({ state }: { readonly state: LiveState }) {
  return (
    <section className="live-details" aria-label={t.live.details}>
      <dl>
        {rowsOf(state).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? t.live.detail.unknown}</dd>
          </div>
        ))}
      </dl>
      <Start trace={state.trace} />
    </section>
  );
}

function rowsOf({ sample, askedKbps }: LiveState): [string, string | null][] {
  const words = t.live.detail;
  const path = sample?.path ?? null;
  const shown = <T,>(value: T | null | undefined, text: (value: T) => string): string | null =>
    value === null || value === undefined ? null : text(value);
  return [
    [words.path, shown(path, (way) => [words[way], sample?.transport].filter(Boolean).join(', '))],
    [words.roundTrip, shown(sample?.roundTripMs, words.ms)],
    [words.got, shown(sample?.gotKbps, words.kbps)],
    [words.asked, shown(askedKbps, words.kbps)],
    [words.size, sample?.width == null ? null : `${sample.width} × ${sample.height ?? '?'}`],
    [words.codec, sample?.codec ?? null],
    [words.frames, shown(sample?.framesPerSecond, String)],
    [
      words.dropped,
      sample === undefined
        ? null
        : words.ofFrames(sample.framesDropped, sample.framesDropped + sample.framesDecoded),
    ],
    [words.lost, shown(sample?.packetsLost, String)],
    [words.buffer, shown(sample?.bufferMs, words.ms)],
  ];
}

function Start({ trace }: { trace: StartTrace }) {
  const steps = stepsOf(trace);
  const last = Math.max(1, steps.at(-1)?.atMs ?? 1);
  const sentence = startSentence(trace);
  return (
    <div className="live-start">
      <h3>{t.live.trace.title}</h3>
      <ol>
        {steps.map(({ name, atMs }, index) => {
          const from = steps[index - 1]?.atMs ?? 0;
          return (
            <li key={name}>
              <span>{t.live.trace.steps[name]}</span>
              {/* Attributes of SVG: a width in a style would be inline. */}
              <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect x={(from / last) * 100} width={Math.max(1, ((atMs - from) / last) * 100)} height="4" />
              </svg>
              <span className="live-start-ms">{Math.round(atMs)} ms</span>
            </li>
          );
        })}
      </ol>
      {sentence !== null && <p>{sentence}</p>}
    </div>
  );
}
