/** Plays the joined recordings of an event, with everything in reach of a thumb and of a key. */
import { useRef } from 'react';
import { useShortcuts } from '../ui/shortcuts.ts';
import { HlsVideo } from './hls-video.tsx';
import { PlayerControls } from './player-controls.tsx';
import { speeds, usePlayback } from './use-playback.ts';
import { t } from './words.ts';

interface PlayerProps {
  readonly src: string;
  readonly poster: string | null;
  readonly label: string;
  readonly onFailure: () => void;
}

const skipSeconds = 5;

export function Player({ src, poster, label, onFailure }: PlayerProps) {
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const controls = usePlayback(video);
  const { playback, toggle, skip, step, setSpeed } = controls;
  const fullScreen = (): void => toggleFullScreen(frame.current, video.current);
  const nextSpeed = (by: 1 | -1): void => {
    const index = speeds.findIndex((speed) => speed === playback.speed);
    setSpeed(speeds[(index === -1 ? 2 : index) + by] ?? playback.speed);
  };
  useShortcuts(t.keys.player, [
    { keys: 'k', text: t.player.playPause, run: toggle },
    { keys: 'ArrowLeft', text: t.player.back(skipSeconds), run: () => skip(-skipSeconds) },
    { keys: 'ArrowRight', text: t.player.forward(skipSeconds), run: () => skip(skipSeconds) },
    { keys: ',', text: t.player.frameBack, run: () => step(-1) },
    { keys: '.', text: t.player.frameForward, run: () => step(1) },
    { keys: '<', text: t.player.slower, run: () => nextSpeed(-1) },
    { keys: '>', text: t.player.faster, run: () => nextSpeed(1) },
    { keys: 'm', text: t.player.sound, run: controls.toggleSound },
    { keys: 'f', text: t.player.fullScreen, run: fullScreen },
    { keys: 'i', text: t.player.pictureInPicture, run: controls.pictureInPicture },
  ]);
  return (
    <div ref={frame} className="player-frame" data-playing={playback.playing}>
      <HlsVideo
        video={video}
        src={src}
        poster={poster}
        label={label}
        onPress={toggle}
        onFailure={onFailure}
      />
      {playback.waiting && <span className="spinner player-waiting" aria-hidden="true" />}
      <PlayerControls {...controls} fullScreen={fullScreen} />
    </div>
  );
}

/** With our own controls where the browser can; an iPhone shows its own player. */
function toggleFullScreen(frame: HTMLElement | null, video: HTMLVideoElement | null): void {
  if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
  else if (frame !== null && document.fullscreenEnabled)
    void frame.requestFullscreen().catch(() => undefined);
  else (video as { webkitEnterFullscreen?: () => void } | null)?.webkitEnterFullscreen?.();
}
