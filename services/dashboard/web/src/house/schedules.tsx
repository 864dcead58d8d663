/** When the house switches by itself. */
import { useState } from 'react';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { House, Schedule } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Card } from '../ui/card.tsx';
import { ClockIcon, PencilIcon, PlusIcon } from '../ui/icons.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Switch } from '../ui/switch.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { presetName } from './use-house.ts';
import { daysText } from './weekdays.ts';
import { t } from './words.ts';

export function Schedules({ house }: { readonly house: House }) {
  const [open, setOpen] = useState<Schedule | 'new' | null>(null);
  const mayChange = mayDo(useAppState(), 'house.change');
  return (
    <Card
      title={t.schedules}
      lead={t.schedulesLead(house.timeZone)}
      actions={
        mayChange && (
          <Button small icon={<PlusIcon />} onClick={() => setOpen('new')}>
            {t.addSchedule}
          </Button>
        )
      }
    >
      {house.schedules.length === 0 ? (
        <Nothing icon={<ClockIcon />} title={t.noSchedules} hint={t.noSchedulesHint} />
      ) : (
        <ul className="rows">
          {house.schedules.map((schedule) => (
            <ScheduleRow
              key={schedule.id}
              house={house}
              schedule={schedule}
              {...(mayChange && { onEdit: () => setOpen(schedule) })}
            />
          ))}
        </ul>
      )}
      {open !== null && (
        <ScheduleDialog
          house={house}
          schedule={open === 'new' ? undefined : open}
          onClose={() => setOpen(null)}
        />
      )}
    </Card>
  );
}

interface ScheduleRowProps {
  readonly house: House;
  readonly schedule: Schedule;
  readonly onEdit?: () => void;
}

function ScheduleRow({ house, schedule, onEdit }: ScheduleRowProps) {
  const { id, ...body } = schedule;
  const what = `${presetName(house, schedule.presetId)}, ${schedule.localTime}`;
  const enable = useAction({
    run: (enabled: boolean) =>
      rest.put(`/api/house/schedules/${encodeURIComponent(id)}`, { ...body, enabled }),
    changes: ['house'],
  });
  return (
    <li className="row">
      <div className="row-text">
        <strong>{what}</strong>
        <span className="hint">{daysText(schedule.weekdays)}</span>
      </div>
      {onEdit !== undefined && (
        <div className="row-actions">
          <IconButton label={t.edit(what)} onClick={onEdit}>
            <PencilIcon />
          </IconButton>
          <Switch
            aria-label={t.enabled(what)}
            checked={schedule.enabled}
            disabled={enable.busy}
            onChange={(on) => enable.run(on)}
          />
        </div>
      )}
    </li>
  );
}
