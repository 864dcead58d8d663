/** How long certificates still hold. */
import { date } from '../format.ts';
import type { System } from '../types.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { days } from './spans.ts';
import { t } from './words.ts';

type Certificate = System['certificates'][number];

const soonDays = 30;
const urgentDays = 7;

export function Certificates({ certificates }: { readonly certificates: readonly Certificate[] }) {
  return (
    <Card title={t.health.certificates} lead={t.health.certificatesLead}>
      {certificates.length === 0 ? (
        <Nothing title={t.health.noCertificates} hint={t.health.noCertificatesHint} />
      ) : (
        <Table
          label={t.health.certificates}
          columns={columns}
          rows={certificates}
          rowKey={({ name }) => name}
        />
      )}
    </Card>
  );
}

function toneOf(daysLeft: number): Tone {
  if (daysLeft < urgentDays) return 'bad';
  return daysLeft < soonDays ? 'warn' : 'good';
}

const columns: readonly Column<Certificate>[] = [
  { name: t.health.certificate, cell: ({ name }) => <strong>{t.health.certificateNames[name]}</strong> },
  {
    name: t.health.validFor,
    cell: ({ names, subject }) => (
      <span className="hint">{(names ?? subject).replaceAll(/(DNS|IP Address):/g, '')}</span>
    ),
  },
  { name: t.health.ends, cell: ({ notAfter }) => date(notAfter) },
  {
    name: t.health.left,
    numeric: true,
    cell: ({ daysLeft }) => (
      <Badge tone={toneOf(daysLeft)}>{daysLeft < 0 ? t.health.ended : days(daysLeft)}</Badge>
    ),
  },
];
