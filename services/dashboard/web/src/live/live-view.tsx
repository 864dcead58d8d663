/** The dialog of one camera's live view. */
import { useState } from 'react';
import { t } from '../messages.ts';
import type { Camera } from '../types.ts';
import { Dialog } from '../ui/dialog.tsx';
import { LivePlayer } from './live-player.tsx';

interface LiveViewProps {
  readonly camera: Camera;
  /** The last picture of any event. */
  readonly poster: string | null;
  readonly onClose: () => void;
}

export function LiveView({ camera, poster, onClose }: LiveViewProps) {
  const [live, setLive] = useState(false);
  return (
    <Dialog
      className="player live"
      onClose={onClose}
      title={
        <>
          <LiveBadge live={live} />
          <span className="event-camera">
            {camera.name}
            <span className="visually-hidden">, {t.live.badge}</span>
          </span>
        </>
      }
    >
      <LivePlayer camera={camera} poster={poster} keys="anywhere" onLive={setLive} />
      <p className="hint live-keys">{t.live.keys}</p>
    </Dialog>
  );
}

function LiveBadge({ live }: { readonly live: boolean }) {
  return (
    <span className={live ? 'live-badge live-badge-on' : 'live-badge'}>
      <span className="link-dot" />
      {live ? t.live.badge : t.live.badgeWait}
    </span>
  );
}
