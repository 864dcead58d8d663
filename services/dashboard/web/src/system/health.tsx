/** Each part's health, version and uptime; certificates; clocks of the cameras. Asked anew by a press. */
import { useResource } from '../data/use-resource.ts';
import { age } from '../format.ts';
import type { System } from '../types.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { RestartIcon } from '../ui/icons.tsx';
import { Resource } from '../ui/resource.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { useNow } from '../ui/use-now.ts';
import { Certificates } from './certificates.tsx';
import { Clocks } from './clocks.tsx';
import { span } from './spans.ts';
import { t } from './words.ts';

type Part = System['parts'][number];

export function Health() {
  const system = useResource<System>(['system', 'health'], '/api/system');
  return (
    <div className="column">
      <Resource of={system}>
        {(data) => (
          <>
            <Parts system={data} busy={system.isFetching} onRefresh={() => void system.refetch()} />
            <Certificates certificates={data.certificates} />
          </>
        )}
      </Resource>
      <Clocks />
    </div>
  );
}

interface PartsProps {
  readonly system: System;
  readonly busy: boolean;
  readonly onRefresh: () => void;
}

function Parts({ system, busy, onRefresh }: PartsProps) {
  const now = useNow();
  const wrong = system.parts.filter(({ state }) => state !== 'healthy').length;
  return (
    <Card
      title={wrong === 0 ? t.health.allWell : t.health.somethingWrong(wrong)}
      lead={`${t.health.product(system.version, system.timeZone)} · ${t.system.refreshed(age(system.time, now))}`}
      actions={
        <Button small icon={<RestartIcon />} busy={busy} onClick={onRefresh}>
          {t.system.refresh}
        </Button>
      }
    >
      <Table label={t.system.tabs.health} columns={columns} rows={system.parts} rowKey={({ name }) => name} />
    </Card>
  );
}

const tones: Record<Part['state'], Tone> = { healthy: 'good', unhealthy: 'warn', unreachable: 'bad' };

const columns: readonly Column<Part>[] = [
  { name: t.health.part, cell: ({ name }) => <strong>{t.health.names[name] ?? name}</strong> },
  {
    name: t.health.state,
    cell: ({ state, checks }) => (
      <span className="part-state">
        <Badge tone={tones[state]}>{t.health.states[state]}</Badge>
        {Object.entries(checks)
          .filter(([, found]) => found !== 'ok')
          .map(([check, found]) => (
            <span key={check} className="hint">
              {check}: {found}
            </span>
          ))}
      </span>
    ),
  },
  { name: t.health.version, cell: ({ version }) => version ?? '–' },
  {
    name: t.health.uptime,
    numeric: true,
    cell: ({ uptimeSeconds }) => (uptimeSeconds === null ? '–' : span(uptimeSeconds)),
  },
];
