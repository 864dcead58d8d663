/** The buttons below a live picture. Talk is the largest: it is the one pressed in a hurry. */
import { useRef, type ReactNode } from 'react';
import { t } from '../messages.ts';
import { SpeakerIcon } from '../ui/icons.tsx';
import {
  FloatIcon,
  FullScreenIcon,
  InfoIcon,
  MicrophoneIcon,
  MutedIcon,
  SnapshotIcon,
  ZoomInIcon,
  ZoomOutIcon,
} from './icons.tsx';
import type { Talk, TalkState } from './talk.ts';

export interface LiveActions {
  readonly toggleSound: () => void;
  readonly snapshot: () => void;
  readonly zoomBy: (factor: number) => void;
  readonly pan: (dx: number, dy: number) => void;
  readonly zoomReset: () => void;
  /** Null where the browser offers it itself or not at all. */
  readonly float: (() => void) | null;
  readonly fullScreen: () => void;
  readonly toggleDetails: () => void;
}

interface LiveControlsProps {
  readonly actions: LiveActions;
  readonly talk: Talk;
  readonly talking: TalkState;
  readonly muted: boolean;
  readonly details: boolean;
  readonly scale: number;
  /** The picture moves. */
  readonly ready: boolean;
}

export const zoomStep = 1.5;

export function LiveControls({ actions, talk, talking, muted, details, scale, ready }: LiveControlsProps) {
  return (
    <div className="live-bar">
      <div className="live-tools">
        <Tool
          label={muted ? t.live.soundOn : t.live.soundOff}
          onPress={actions.toggleSound}
          marked={!muted}
          words
        >
          {muted ? <MutedIcon /> : <SpeakerIcon />}
        </Tool>
        <Tool label={t.live.snapshot} onPress={actions.snapshot} disabled={!ready}>
          <SnapshotIcon />
        </Tool>
      </div>
      <TalkButton talk={talk} state={talking} ready={ready} />
      <div className="live-tools live-tools-end">
        <Tool label={t.live.zoomOut} onPress={() => actions.zoomBy(1 / zoomStep)} disabled={scale <= 1} wide>
          <ZoomOutIcon />
        </Tool>
        {scale > 1 && (
          <button
            type="button"
            className="button button-small live-scale"
            aria-label={t.live.zoomReset(scale.toFixed(1))}
            title={t.live.zoomReset(scale.toFixed(1))}
            onClick={actions.zoomReset}
          >
            {scale.toFixed(1)}×
          </button>
        )}
        <Tool label={t.live.zoomIn} onPress={() => actions.zoomBy(zoomStep)} wide>
          <ZoomInIcon />
        </Tool>
        {actions.float !== null && (
          <Tool label={t.live.float} onPress={actions.float} disabled={!ready} wide>
            <FloatIcon />
          </Tool>
        )}
        <Tool label={t.live.details} onPress={actions.toggleDetails} marked={details}>
          <InfoIcon />
        </Tool>
        <Tool label={t.live.fullScreen} onPress={actions.fullScreen}>
          <FullScreenIcon />
        </Tool>
      </div>
      {/* What is inside a button is not read out when it changes. */}
      <p className="visually-hidden" role="status">
        {talking.name === 'enabling' && t.live.talkEnabling}
        {talking.name === 'ready' && t.live.talkReady}
      </p>
      {talking.name === 'failed' && (
        <p className="live-talk-failed" role="alert">
          {t.live.talkFailed[talking.reason]}
        </p>
      )}
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly onPress: () => void;
  readonly marked?: boolean;
  readonly disabled?: boolean;
  /** Left out on a narrow screen, where fingers do it. */
  readonly wide?: boolean;
  /** The label stands beside the icon where there is room. */
  readonly words?: boolean;
  readonly children: ReactNode;
}
function Tool({
  label,
  onPress,
  marked,
  disabled = false,
  wide = false,
  words = false,
  children,
}: ToolProps) {
  return (
    <button
      type="button"
      className={`icon-button live-tool${wide ? ' live-tool-wide' : ''}${words ? ' live-tool-words' : ''}`}
      aria-label={label}
      aria-pressed={words ? undefined : marked}
      title={label}
      disabled={disabled}
      onClick={onPress}
    >
      {children}
      {words && <span>{label}</span>}
    </button>
  );
}

function TalkButton({ talk, state, ready }: { talk: Talk; state: TalkState; ready: boolean }) {
  /** A press by pointer or key is a hold; any other click (a screen reader's) begins and ends it in turn. */
  const holding = useRef(false);
  const begin = (): void => {
    holding.current = true;
    talk.press();
  };
  const end = (): void => talk.release();
  const words = {
    off: t.live.talk,
    enabling: t.live.talkEnabling,
    ready: t.live.talkReady,
    failed: t.live.talk,
  }[state.name];
  const isKey = (key: string): boolean => key === ' ' || key === 'Enter';
  return (
    <button
      type="button"
      className="button live-talk"
      data-talk={state.name}
      disabled={!ready && state.name === 'off'}
      aria-pressed={state.name === 'enabling' || state.name === 'ready'}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        begin();
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onLostPointerCapture={end}
      onKeyDown={(event) => {
        if (!isKey(event.key)) return;
        event.preventDefault();
        if (!event.repeat) begin();
      }}
      onKeyUp={(event) => {
        if (!isKey(event.key)) return;
        event.preventDefault();
        end();
      }}
      onBlur={end}
      // A long press on a phone would open a menu.
      onContextMenu={(event) => event.preventDefault()}
      onClick={() => {
        if (holding.current) holding.current = false;
        else if (state.name === 'off' || state.name === 'failed') talk.press();
        else talk.release();
      }}
    >
      <MicrophoneIcon />
      <span>{words}</span>
    </button>
  );
}
