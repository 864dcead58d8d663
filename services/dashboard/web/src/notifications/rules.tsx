/** The rule of the house and of each camera: what is sent, when. */
import { useState } from 'react';
import { mayDo } from '../screens.ts';
import { selectCameras } from '../store/select-cameras.ts';
import { useAppState } from '../store/store.ts';
import type { NotificationRule, Notifications } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { kindsOf, kindsText } from './rule-words.ts';
import { RuleDialog } from './rule-dialog.tsx';
import { t } from './words.ts';

/** `null`: the house. */
type Subject = string | null;

export function Rules({ notifications }: { readonly notifications: Notifications }) {
  const state = useAppState();
  const mayChange = mayDo(state, 'notifications.change');
  // A camera's screen leads here with its id.
  const [open, setOpen] = useState<Subject | undefined>(() => {
    const wanted = window.location.hash.slice(1);
    return mayChange && state.cameras.has(wanted) ? wanted : undefined;
  });
  const cameras = selectCameras(state);
  const nameOf = (subject: Subject): string =>
    subject === null ? t.houseRule : (state.cameras.get(subject)?.name ?? subject);
  const edit = (subject: Subject) => (mayChange ? { onEdit: () => setOpen(subject) } : {});
  return (
    <Card title={t.rules} lead={t.rulesLead}>
      <ul className="rows">
        <RuleRow
          name={t.houseRule}
          text={kindsText(kindsOf(notifications.defaults, notifications.house))}
          own={false}
          {...edit(null)}
        />
        {cameras.map(({ id, name }) => {
          const rule: NotificationRule | undefined = notifications.cameras[id];
          const kinds = kindsOf(notifications.defaults, rule, notifications.house);
          return (
            <RuleRow
              key={id}
              name={name}
              text={rule === undefined ? t.asHouse : kindsText(kinds)}
              own={rule !== undefined}
              {...edit(id)}
            />
          );
        })}
      </ul>
      {open !== undefined && (
        <RuleDialog
          key={open}
          cameraId={open}
          name={nameOf(open)}
          notifications={notifications}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Card>
  );
}

interface RuleRowProps {
  readonly name: string;
  readonly text: string;
  readonly own: boolean;
  readonly onEdit?: () => void;
}

function RuleRow({ name, text, own, onEdit }: RuleRowProps) {
  return (
    <li className="row">
      <div className="row-text">
        <strong>{name}</strong>
        <span className="hint">{text}</span>
      </div>
      <div className="row-actions">
        {own && <Badge tone="accent">{t.ownRule}</Badge>}
        {onEdit !== undefined && (
          <Button small aria-label={t.changeOf(name)} onClick={onEdit}>
            {t.change}
          </Button>
        )}
      </div>
    </li>
  );
}
