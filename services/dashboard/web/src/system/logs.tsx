/**
 * The last lines of the logs, by part, level and text. Nothing tells of new lines, so following asks for them every two
 * seconds, while it is switched on and the page is in view.
 */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { rest, type ApiFailure } from '../api.ts';
import { changeQuery, useQueryParams } from '../router/router.ts';
import type { Logs as LogLines } from '../types.ts';
import { Card } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Resource } from '../ui/resource.tsx';
import { Select } from '../ui/select.tsx';
import { SwitchRow } from '../ui/switch.tsx';
import { LogList } from './log-list.tsx';
import { t } from './words.ts';

const everyMs = 2000;
const lines = 500;

const set = (key: string, value: string): void =>
  changeQuery({ [key]: value === '' ? null : value }, 'replace');

export function Logs() {
  const asked = useQueryParams();
  const [part, level, text] = [asked.get('part') ?? '', asked.get('level') ?? '', asked.get('text') ?? ''];
  const [following, setFollowing] = useState(true);
  const query = new URLSearchParams({
    limit: String(lines),
    ...(part !== '' && { part }),
    ...(level !== '' && { level }),
    ...(text !== '' && { contains: text }),
  }).toString();
  const logs = useQuery<LogLines, ApiFailure>({
    queryKey: ['system', 'logs', query],
    queryFn: ({ signal }) => rest.get<LogLines>(`/api/system/logs?${query}`, signal),
    refetchInterval: following ? everyMs : false,
    placeholderData: (before) => before,
  });
  return (
    <Card>
      <Resource of={logs}>
        {(data) =>
          data.parts.length === 0 ? (
            <Nothing title={t.logs.elsewhere} hint={t.logs.elsewhereHint} />
          ) : (
            <>
              <LogFilters parts={data.parts} part={part} level={level} text={text} />
              <SwitchRow
                label={t.logs.follow}
                hint={t.logs.followHint}
                checked={following}
                onChange={setFollowing}
              />
              {data.lines.length === 0 ? (
                <Nothing title={t.logs.none} hint={t.logs.noneHint} />
              ) : (
                <LogList lines={data.lines} />
              )}
            </>
          )
        }
      </Resource>
    </Card>
  );
}

const levels = [
  { value: '', label: t.logs.allLevels },
  ...(['debug', 'info', 'warn', 'error'] as const).map((value) => ({ value, label: t.logs.levels[value] })),
];

interface LogFiltersProps {
  readonly parts: readonly string[];
  readonly part: string;
  readonly level: string;
  readonly text: string;
}

function LogFilters({ parts, part, level, text }: LogFiltersProps) {
  return (
    <div className="system-filters">
      <Field label={t.logs.part}>
        {(control) => (
          <Select
            {...control}
            options={[
              { value: '', label: t.logs.allParts },
              ...parts.map((name) => ({ value: name, label: t.health.names[name] ?? name })),
            ]}
            value={part}
            onChange={(value) => set('part', value)}
          />
        )}
      </Field>
      <Field label={t.logs.level}>
        {(control) => (
          <Select {...control} options={levels} value={level} onChange={(value) => set('level', value)} />
        )}
      </Field>
      <Field label={t.logs.text}>
        {(control) => (
          <input
            {...control}
            type="search"
            defaultValue={text}
            maxLength={200}
            autoCapitalize="none"
            onChange={(event) => set('text', event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}
