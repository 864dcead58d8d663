/** What the audit log is narrowed to: fields, and a chip for each filter in force that takes it away. */
import { date } from '../format.ts';
import { changeQuery } from '../router/router.ts';
import { selectCameras } from '../store/select-cameras.ts';
import { useAppState } from '../store/store.ts';
import { Chips, RemovableChip } from '../ui/chip.tsx';
import { Field } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import { actionName, knownActions } from './action-name.ts';
import { filterKeys, type AuditFilter } from './audit-filter.ts';
import { t } from './words.ts';

type Key = (typeof filterKeys)[number];

const set = (key: Key, value: string): void => changeQuery({ [key]: value === '' ? null : value }, 'replace');

export function AuditFilters({ filter }: { readonly filter: AuditFilter }) {
  const state = useAppState();
  const cameras = selectCameras(state).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <div className="system-filters">
        <Field label={t.audit.who}>
          {(control) => (
            <input
              {...control}
              key={filter.actor}
              type="search"
              autoCapitalize="none"
              defaultValue={filter.actor}
              placeholder={t.audit.whoHint}
              onBlur={(event) => set('actor', event.target.value.trim())}
              onKeyDown={(event) => event.key === 'Enter' && set('actor', event.currentTarget.value.trim())}
            />
          )}
        </Field>
        <Field label={t.audit.what}>
          {(control) => (
            <Select
              {...control}
              options={[{ value: '', label: t.audit.everything }, ...knownActions]}
              value={filter.action}
              onChange={(value) => set('action', value)}
            />
          )}
        </Field>
        <Field label={t.audit.camera}>
          {(control) => (
            <Select
              {...control}
              options={[{ value: '', label: t.audit.everyCamera }, ...cameras]}
              value={filter.camera}
              onChange={(value) => set('camera', value)}
            />
          )}
        </Field>
        {(['from', 'to'] as const).map((key) => (
          <Field key={key} label={t.audit[key]}>
            {(control) => (
              <input
                {...control}
                type="date"
                value={filter[key]}
                onChange={(event) => set(key, event.target.value)}
              />
            )}
          </Field>
        ))}
      </div>
      <Chosen filter={filter} cameraName={(id) => state.cameras.get(id)?.name ?? id} />
    </>
  );
}

interface ChosenProps {
  readonly filter: AuditFilter;
  readonly cameraName: (id: string) => string;
}

function Chosen({ filter, cameraName }: ChosenProps) {
  const chosen = filterKeys.filter((key) => filter[key] !== '');
  if (chosen.length === 0) return null;
  const labels: Record<Key, (value: string) => string> = {
    actor: t.audit.chips.actor,
    action: (value) => t.audit.chips.action(actionName(value)),
    camera: (value) => t.audit.chips.cameraId(cameraName(value)),
    from: (value) => t.audit.chips.from(date(`${value}T12:00:00`)),
    to: (value) => t.audit.chips.to(date(`${value}T12:00:00`)),
  };
  return (
    <Chips label={t.audit.filters}>
      {chosen.map((key) => (
        <RemovableChip key={key} label={labels[key](filter[key])} onRemove={() => set(key, '')} />
      ))}
    </Chips>
  );
}
