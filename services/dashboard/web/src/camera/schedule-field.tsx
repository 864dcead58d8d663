/** The camera's own table of switching times: mode, day as the firmware numbers it, time. */
import { t as core } from '../messages.ts';
import { modes, type CameraSettings } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { CloseIcon, PlusIcon } from '../ui/icons.tsx';
import { Select } from '../ui/select.tsx';
import { t } from './words.ts';

type Entry = CameraSettings['schedule'][number];

interface ScheduleFieldProps {
  readonly id: string;
  readonly entries: readonly Entry[];
  readonly disabled: boolean;
  readonly onChange: (entries: Entry[]) => void;
}

const maxEntries = 64;
const days = ['0', '1', '2', '3', '4', '5', '6', '7'];
const two = (value: number): string => String(value).padStart(2, '0');

export function ScheduleField({ id, entries, disabled, onChange }: ScheduleFieldProps) {
  const put = (index: number, change: Partial<Entry>): void =>
    onChange(entries.map((entry, place) => (place === index ? { ...entry, ...change } : entry)));
  return (
    <div className="setting-times">
      {entries.length === 0 && <p className="hint">{t.settings.noTimes}</p>}
      {entries.map((entry, index) => (
        // The entries have no name of their own, and none moves.
        <div key={index} className="setting-time">
          <Select
            aria-label={t.settings.mode}
            value={entry.mode}
            disabled={disabled}
            onChange={(mode) => put(index, { mode })}
            options={modeOptions(entry.mode)}
          />
          <Select
            aria-label={t.settings.day}
            value={String(entry.day)}
            disabled={disabled}
            onChange={(day) => put(index, { day: Number(day) })}
            options={days.map((value) => ({ value, label: value }))}
          />
          <input
            className="input"
            type="time"
            required
            aria-label={t.settings.time}
            value={timeOf(entry)}
            disabled={disabled}
            onChange={(event) => {
              const [hour, minute] = event.target.value.split(':').map(Number);
              if (hour !== undefined && minute !== undefined) put(index, { hour, minute });
            }}
          />
          <IconButton
            label={t.settings.removeTime(timeOf(entry))}
            disabled={disabled}
            onClick={() => onChange(entries.filter((_entry, place) => place !== index))}
          >
            <CloseIcon />
          </IconButton>
        </div>
      ))}
      <Button
        id={id}
        small
        icon={<PlusIcon />}
        disabled={disabled || entries.length >= maxEntries}
        onClick={() => onChange([...entries, { mode: 'ARMED', day: 1, hour: 22, minute: 0 }])}
      >
        {t.settings.addTime}
      </Button>
    </div>
  );
}

const timeOf = ({ hour, minute }: Entry): string => `${two(hour)}:${two(minute)}`;

/** The firmware's words in ours; one that is not known stays as it is. */
function modeOptions(current: string) {
  const known = modes.map((mode) => ({ value: mode.toUpperCase(), label: core.modes[mode] }));
  return known.some(({ value }) => value === current)
    ? known
    : [...known, { value: current, label: current }];
}
