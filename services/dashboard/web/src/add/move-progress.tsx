/** How far the move of one camera is. */
import type { CameraMove } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';
import { Time } from '../ui/time.tsx';
import { t } from './words.ts';

const steps = Object.keys(t.ftp.steps) as CameraMove['step'][];

interface MoveProgressProps {
  readonly move: CameraMove;
  readonly onFollow: (cameraId: string) => void;
}

export function MoveProgress({ move, onFollow }: MoveProgressProps) {
  const { state, step, cameraId } = move;
  const done = state === 'done' ? 1 : steps.indexOf(step) / steps.length;
  return (
    <div className="move" data-move={state}>
      <p className="move-head">
        <strong>{t.ftp.of(move.address)}</strong>
        <Time at={move.startedAt} />
        {cameraId !== null && <span className="mono hint">{cameraId}</span>}
      </p>
      <Progress
        label={t.ftp.of(move.address)}
        value={done}
        tone={state === 'failed' ? 'bad' : state === 'done' ? 'good' : 'accent'}
      />
      <p role="status" className="move-said">
        {state === 'running' && t.ftp.steps[step]}
        {state === 'done' && t.ftp.done}
        {state === 'failed' && <Badge tone="bad">{t.ftp.failedAt(t.ftp.steps[step])}</Badge>}
        {move.error !== null && <span>{move.error}</span>}
      </p>
      {state === 'done' && cameraId !== null && (
        <Button small onClick={() => onFollow(cameraId)}>
          {t.ftp.follow}
        </Button>
      )}
    </div>
  );
}
