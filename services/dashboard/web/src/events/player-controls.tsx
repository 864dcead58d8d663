/** The bar below the picture: time, frames, speed, sound, windows. Knows nothing of how it is played. */
import { IconButton } from '../ui/icon-button.tsx';
import { PlayIcon, icon } from '../ui/icons.tsx';
import { Select } from '../ui/select.tsx';
import { Slider } from '../ui/slider.tsx';
import { number } from '../format.ts';
import { speeds, type usePlayback } from './use-playback.ts';
import { t } from './words.ts';

const PauseIcon = icon(<path d="M8.500 5.500v13M15.500 5.500v13" strokeWidth="3" />);
const FrameBackIcon = icon(<path d="M17 6 9.500 12l7.500 6zM6.500 6v12" />);
const FrameForwardIcon = icon(<path d="m7 6 7.500 6L7 18zM17.500 6v12" />);
const MutedIcon = icon(<path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9.500l5 5M21 9.500l-5 5" />);
const LoudIcon = icon(
  <path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11" />,
);
const PipIcon = icon(<path d="M20.500 10V6.500h-17v11H9M12.500 13h8v6h-8z" />);
const FullScreenIcon = icon(
  <path d="M9 4.500H4.500V9M15 4.500h4.500V9M9 19.500H4.500V15M15 19.500h4.500V15" />,
);

type PlayerControlsProps = ReturnType<typeof usePlayback> & { readonly fullScreen: () => void };

export function PlayerControls(props: PlayerControlsProps) {
  const { playback, toggle, seek, step, setSpeed, setVolume, toggleSound } = props;
  const { playing, at, lengthSeconds, speed, volume } = playback;
  return (
    <div className="player-controls" role="group" aria-label={t.player.controls}>
      <div className="player-seek">
        <Slider
          label={t.player.position}
          min={0}
          max={Math.max(lengthSeconds, 0.1)}
          step={0.05}
          value={Math.min(at, lengthSeconds)}
          valueText={t.player.at(clock(at), clock(lengthSeconds))}
          onChange={seek}
        />
      </div>
      <IconButton label={playing ? t.player.pause : t.player.play} onClick={toggle}>
        {playing ? <PauseIcon /> : <PlayIcon />}
      </IconButton>
      <IconButton label={t.player.frameBack} onClick={() => step(-1)}>
        <FrameBackIcon />
      </IconButton>
      <IconButton label={t.player.frameForward} onClick={() => step(1)}>
        <FrameForwardIcon />
      </IconButton>
      <span className="player-time">
        {clock(at)} <span>/ {clock(lengthSeconds)}</span>
      </span>
      <Select
        className="player-speed"
        aria-label={t.player.speed}
        options={speeds.map((each) => ({
          value: String(each),
          label: `${number(each, each % 1 === 0 ? 0 : each === 0.25 ? 2 : 1)}×`,
        }))}
        value={String(speed)}
        onChange={(next) => setSpeed(Number(next))}
      />
      <IconButton label={volume === 0 ? t.player.soundOn : t.player.soundOff} onClick={toggleSound}>
        {volume === 0 ? <MutedIcon /> : <LoudIcon />}
      </IconButton>
      <div className="player-volume">
        <Slider
          label={t.player.volume}
          min={0}
          max={1}
          step={0.05}
          value={volume}
          onChange={setVolume}
          valueText={`${Math.round(volume * 100)} %`}
        />
      </div>
      {document.pictureInPictureEnabled && (
        <IconButton label={t.player.pictureInPicture} onClick={props.pictureInPicture}>
          <PipIcon />
        </IconButton>
      )}
      <IconButton label={t.player.fullScreen} onClick={props.fullScreen}>
        <FullScreenIcon />
      </IconButton>
    </div>
  );
}

/** `0:07.4`: tenths, so that a step of a frame is seen. */
function clock(seconds: number): string {
  const tenths = Math.floor(seconds * 10 + 0.0001);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(tenths / 600)}:${two(Math.floor(tenths / 10) % 60)}.${tenths % 10}`;
}
