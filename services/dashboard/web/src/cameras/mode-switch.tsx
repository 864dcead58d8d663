/**
 * The three modes. The filled one is what the camera reported; one asked for and not reported yet is outlined, with a
 * line that says what is being waited for. A press is a request, never a claim.
 */
import { t } from '../messages.ts';
import { mayDo } from '../screens.ts';
import { setMode } from '../store/actions.ts';
import type { CommandEntry } from '../store/state.ts';
import { useAppState } from '../store/store.ts';
import { modes, type Camera } from '../types.ts';
import { modeIcons } from '../ui/icons.tsx';

interface ModeSwitchProps {
  readonly camera: Camera;
  readonly command: CommandEntry | undefined;
}

export function ModeSwitch({ camera, command }: ModeSwitchProps) {
  const { mode, requestedMode } = camera;
  const waiting = requestedMode !== null && requestedMode !== mode;
  const sending = command?.command === 'system/setmode' && command.state === 'sending';
  const mayControl = mayDo(useAppState(), 'cameras.control');
  const known = modes.find((one) => one === mode);
  return (
    <div className="modes">
      <div className="mode-switch" role="group" aria-label={t.cameras.modeOf(camera.name)}>
        {modes.map((one) => {
          const Icon = modeIcons[one];
          return (
            <button
              key={one}
              type="button"
              className={waiting && requestedMode === one ? 'mode mode-asked' : 'mode'}
              data-mode={one}
              aria-pressed={mode === one}
              aria-busy={waiting && requestedMode === one}
              disabled={sending || !mayControl}
              title={t.modeHints[one]}
              onClick={() => void setMode(camera.id, one)}
            >
              <Icon />
              <span>{t.modes[one]}</span>
            </button>
          );
        })}
      </div>
      <p className="mode-note" role="status">
        {waiting
          ? (camera.connectionStatus === 'connected' ? t.modeState.asked : t.modeState.stored)(
              t.modes[requestedMode],
            )
          : known === undefined
            ? t.modeState.unknown
            : t.modeHints[known]}
      </p>
    </div>
  );
}
