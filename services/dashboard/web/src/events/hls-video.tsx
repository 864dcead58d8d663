/**
 * Plays an encrypted playlist: by hls.js (fetched when first needed), or by the browser itself where it cannot.
 * `data-player` says which. Has no controls of its own: player.tsx has them.
 */
import { useEffect, type RefObject } from 'react';

interface HlsVideoProps {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly src: string;
  readonly poster: string | null;
  readonly label: string;
  readonly onPress: () => void;
  readonly onFailure: () => void;
}

export function HlsVideo({ video: element, src, poster, label, onPress, onFailure }: HlsVideoProps) {
  useEffect(() => {
    const video = element.current;
    if (video === null) return;
    let stop = (): void => undefined;
    let wanted = true;

    const playNatively = (): void => {
      video.dataset['player'] = 'native';
      video.src = src;
      stop = () => {
        video.removeAttribute('src');
        video.load();
      };
    };
    const onError = (): void => {
      if (video.dataset['player'] === 'native') onFailure();
    };
    video.addEventListener('error', onError);

    void import('hls.js/light').then(
      ({ default: Hls }) => {
        if (!wanted) return;
        if (!Hls.isSupported()) {
          if (video.canPlayType('application/vnd.apple.mpegurl') === '') onFailure();
          else playNatively();
          return;
        }
        // Clips are short: the main thread takes them apart in less time than a worker starts.
        const hls = new Hls({ enableWorker: false, maxBufferLength: 60 });
        let repaired = false;
        hls.on(Hls.Events.ERROR, (_name, data) => {
          if (!data.fatal) return;
          if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !repaired) {
            repaired = true;
            hls.recoverMediaError();
            return;
          }
          hls.destroy();
          onFailure();
        });
        video.dataset['player'] = 'hls.js';
        hls.loadSource(src);
        hls.attachMedia(video);
        stop = () => hls.destroy();
      },
      () => {
        if (wanted) onFailure();
      },
    );
    return () => {
      wanted = false;
      video.removeEventListener('error', onError);
      stop();
    };
  }, [element, src, onFailure]);

  return (
    // Recordings of a camera have no captions to offer.
    <video
      ref={element}
      className="player-video"
      autoPlay
      playsInline
      muted
      poster={poster ?? undefined}
      aria-label={label}
      onClick={onPress}
    />
  );
}
