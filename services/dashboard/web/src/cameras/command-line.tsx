/** What became of the last command: waiting, confirmed, refused, or no answer. */
import { useEffect, type ReactNode } from 'react';
import { t } from '../messages.ts';
import { dismissCommand, forgetWhenSeen } from '../store/actions.ts';
import type { CommandEntry, CommandState } from '../store/state.ts';
import { AlertIcon, CheckIcon, ClockIcon, CloseIcon } from '../ui/icons.tsx';

const icons: Record<CommandState, ReactNode> = {
  sending: <ClockIcon />,
  pending: <ClockIcon />,
  stored: <ClockIcon />,
  confirmed: <CheckIcon />,
  refused: <AlertIcon />,
  timeout: <AlertIcon />,
  failed: <AlertIcon />,
};
const tones: Record<CommandState, string> = {
  sending: 'wait',
  pending: 'wait',
  stored: 'wait',
  confirmed: 'good',
  refused: 'bad',
  timeout: 'warn',
  failed: 'bad',
};

export function CommandLine({ command }: { readonly command: CommandEntry | undefined }) {
  const key = command?.key;
  const done = command?.state === 'confirmed';
  useEffect(() => (key !== undefined && done ? forgetWhenSeen(key) : undefined), [key, done]);
  return (
    <div className="command-slot" role="status">
      {command !== undefined && (
        <p className={`command command-${tones[command.state]}`} data-command-state={command.state}>
          {icons[command.state]}
          <span>{textOf(command)}</span>
          {tones[command.state] !== 'wait' && (
            <button
              type="button"
              className="icon-button icon-button-small"
              onClick={() => dismissCommand(command.key)}
              aria-label={t.commands.dismiss}
            >
              <CloseIcon />
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function textOf({ command, state, detail }: CommandEntry): string {
  const name = t.commands.names[command] ?? t.commands.other;
  if (state === 'refused') return t.commands.refused(name, detail);
  if (state === 'failed') return t.commands.failed(name, detail ?? t.errors.unexpected);
  return t.commands[state](name);
}
