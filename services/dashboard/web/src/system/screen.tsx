/** System: health of every part, storage, audit log, logs. For admins. */
import { t as core } from '../messages.ts';
import { changeQuery, useQueryParams } from '../router/router.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { Tabs } from '../ui/tabs.tsx';
import { filterKeys as auditFilters } from './audit-filter.ts';
import { AuditLog } from './audit-log.tsx';
import { Health } from './health.tsx';
import { Logs } from './logs.tsx';
import { Storage } from './storage.tsx';
import { t } from './words.ts';
import './system.css';

const views = { health: Health, storage: Storage, audit: AuditLog, logs: Logs };
type View = keyof typeof views;
const names = Object.keys(views) as View[];

const filters = [...auditFilters, 'part', 'level', 'text'];
/** Another tab has other filters. */
const show = (view: View): void =>
  changeQuery({
    tab: view === 'health' ? null : view,
    ...Object.fromEntries(filters.map((key) => [key, null])),
  });

export function Screen() {
  const asked = useQueryParams().get('tab');
  const mayAudit = mayDo(useAppState(), 'audit.read');
  const shown = names.filter((name) => name !== 'audit' || mayAudit);
  const view = shown.find((name) => name === asked) ?? 'health';
  useShortcuts(
    core.nav.screens.system,
    shown.map((name, index) => ({
      keys: String(index + 1),
      text: t.system.tabs[name],
      run: () => show(name),
    })),
  );
  return (
    <>
      <PageHeader title={core.nav.screens.system} lead={t.system.lead} />
      <Tabs
        label={t.system.parts}
        value={view}
        onChange={show}
        tabs={shown.map((value) => {
          const View = views[value];
          return { value, label: t.system.tabs[value], content: <View /> };
        })}
      />
    </>
  );
}
