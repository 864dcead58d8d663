/** The filters in force as chips that a press takes away, and the panel that sets them. */
import { date as dateText } from '../format.ts';
import { t as core } from '../messages.ts';
import { selectCameras } from '../store/select-cameras.ts';
import { useAppState } from '../store/store.ts';
import { kinds } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Chips, FilterChip, RemovableChip } from '../ui/chip.tsx';
import { Segmented } from '../ui/choice.tsx';
import { Field, Fields } from '../ui/field.tsx';
import { kindIcons, SlidersIcon } from '../ui/icons.tsx';
import { Popover } from '../ui/popover.tsx';
import { reviewStates, startOfDay, type ReviewFilter } from './filter.ts';
import { t } from './words.ts';

interface FiltersProps {
  readonly filter: ReviewFilter;
  readonly onChange: (change: Partial<ReviewFilter>) => void;
  /** The day is chosen elsewhere. */
  readonly dayless: boolean;
}

const toggled = <Item,>(list: readonly Item[], item: Item): Item[] =>
  list.includes(item) ? list.filter((one) => one !== item) : [...list, item];

export function Filters(props: FiltersProps) {
  const { filter, onChange } = props;
  return (
    <div className="review-filters">
      <Chips label={core.events.kind}>
        {kinds.map((kind) => {
          const Icon = kindIcons[kind];
          return (
            <FilterChip
              key={kind}
              icon={<Icon />}
              pressed={filter.kinds.includes(kind)}
              onPress={() => onChange({ kinds: toggled(filter.kinds, kind) })}
            >
              {core.kinds[kind]}
            </FilterChip>
          );
        })}
      </Chips>
      <Popover
        label={t.review.filter}
        trigger={
          <Button small icon={<SlidersIcon />}>
            {t.review.filter}
          </Button>
        }
      >
        <Panel {...props} />
      </Popover>
      <InForce {...props} />
    </div>
  );
}

function InForce({ filter, onChange, dayless }: FiltersProps) {
  const { cameras } = useAppState();
  const { state, cameraIds, day, times, kept } = filter;
  return (
    <Chips label={t.review.inForce}>
      {state !== 'all' && (
        <RemovableChip label={t.review.states[state]} onRemove={() => onChange({ state: 'all' })} />
      )}
      {cameraIds.map((id) => (
        <RemovableChip
          key={id}
          label={cameras.get(id)?.name ?? id.slice(0, 8)}
          onRemove={() => onChange({ cameraIds: toggled(cameraIds, id) })}
        />
      ))}
      {day !== null && !dayless && (
        <RemovableChip
          label={dateText(startOfDay(day).toISOString())}
          onRemove={() => onChange({ day: null })}
        />
      )}
      {times !== null && (
        <RemovableChip
          label={t.review.between(times.from, times.to)}
          onRemove={() => onChange({ times: null })}
        />
      )}
      {kept && <RemovableChip label={t.review.kept} onRemove={() => onChange({ kept: false })} />}
    </Chips>
  );
}

function Panel({ filter, onChange, dayless }: FiltersProps) {
  const cameras = selectCameras(useAppState());
  const { from = '', to = '' } = filter.times ?? {};
  const setTimes = (nextFrom: string, nextTo: string): void =>
    onChange({
      times: nextFrom === '' && nextTo === '' ? null : { from: nextFrom || '00:00', to: nextTo || '23:59' },
    });
  return (
    <div className="form review-panel">
      <Segmented
        label={t.review.state}
        choices={reviewStates.map((value) => ({ value, label: t.review.states[value] }))}
        value={filter.state}
        onChange={(state) => onChange({ state })}
      />
      {!dayless && (
        <Field label={t.review.day}>
          {(control) => (
            <input
              {...control}
              type="date"
              value={filter.day ?? ''}
              onChange={(event) => onChange({ day: event.target.value === '' ? null : event.target.value })}
            />
          )}
        </Field>
      )}
      <div className="review-times">
        <Field label={t.review.from}>
          {(control) => (
            <input
              {...control}
              type="time"
              value={from}
              onChange={(event) => setTimes(event.target.value, to)}
            />
          )}
        </Field>
        <Field label={t.review.to}>
          {(control) => (
            <input
              {...control}
              type="time"
              value={to}
              onChange={(event) => setTimes(from, event.target.value)}
            />
          )}
        </Field>
      </div>
      {cameras.length > 1 && (
        <Fields legend={t.review.cameras}>
          <div className="review-cameras">
            {cameras.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={name}
                checked={filter.cameraIds.includes(id)}
                onChange={() => onChange({ cameraIds: toggled(filter.cameraIds, id) })}
              />
            ))}
          </div>
        </Fields>
      )}
      <Checkbox label={t.review.onlyKept} checked={filter.kept} onChange={(kept) => onChange({ kept })} />
    </div>
  );
}
