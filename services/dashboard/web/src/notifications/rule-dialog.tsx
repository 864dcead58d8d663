/** One rule: kinds, cooldown, quiet hours; tried on the past before it is saved. `cameraId` null: the house's. */
import { useState } from 'react';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { t as core } from '../messages.ts';
import type { NotificationRule, Notifications } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Fields } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import { DryRun } from './dry-run.tsx';
import { QuietHoursFields } from './quiet-hours-fields.tsx';
import { alertKinds, kindsOf, secondsText, type AlertKind } from './rule-words.ts';
import { t } from './words.ts';

interface RuleDialogProps {
  readonly cameraId: string | null;
  readonly name: string;
  readonly notifications: Notifications;
  readonly onClose: () => void;
}

const cooldowns = [60, 300, 900, 3600];

export function RuleDialog({ cameraId, name, notifications, onClose }: RuleDialogProps) {
  const stored = cameraId === null ? notifications.house : notifications.cameras[cameraId];
  const [rule, setRule] = useState<NotificationRule>(stored ?? {});
  const above = kindsOf(notifications.defaults, ...(cameraId === null ? [] : [notifications.house]));
  const path =
    cameraId === null
      ? '/api/notifications/rules/house'
      : `/api/notifications/rules/cameras/${encodeURIComponent(cameraId)}`;
  const common = { changes: ['notifications'], onDone: onClose };
  const save = useAction({
    ...common,
    run: () => rest.put(path, rule),
    done: t.saved,
    tellFailure: false,
  });
  const takeAway = useAction({ ...common, run: () => rest.delete(path), done: t.takenAway });
  const dayMissing = rule.quietHours?.some(({ weekdays }) => weekdays.length === 0) === true;
  const change = (part: Partial<NotificationRule>): void => setRule(withoutNothing({ ...rule, ...part }));
  return (
    <Dialog title={t.ruleOf(name)} className="dialog-wide" onClose={onClose}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <Fields legend={t.kinds}>
          <div className="kind-fields">
            {alertKinds.map((kind) => (
              <KindField
                key={kind}
                kind={kind}
                value={rule.kinds?.[kind]}
                above={above[kind]}
                onChange={(value) => change({ kinds: withoutNothing({ ...rule.kinds, [kind]: value }) })}
              />
            ))}
          </div>
        </Fields>
        <Field label={t.cooldown}>
          {(control) => (
            <Select
              {...control}
              value={rule.cooldownSeconds === undefined ? '' : String(rule.cooldownSeconds)}
              options={[
                { value: '', label: t.cooldownAbove },
                { value: '0', label: t.cooldownNone },
                ...cooldowns.map((seconds) => ({
                  value: String(seconds),
                  label: t.perSeconds(secondsText(seconds)),
                })),
                ...(rule.cooldownSeconds === undefined || [0, ...cooldowns].includes(rule.cooldownSeconds)
                  ? []
                  : [
                      {
                        value: String(rule.cooldownSeconds),
                        label: t.perSeconds(secondsText(rule.cooldownSeconds)),
                      },
                    ]),
              ]}
              onChange={(value) => change({ cooldownSeconds: value === '' ? undefined : Number(value) })}
            />
          )}
        </Field>
        <QuietHoursFields
          zone={notifications.timeZone ?? ''}
          quietHours={rule.quietHours}
          onChange={(quietHours) => change({ quietHours })}
        />
        <DryRun notifications={notifications} cameraId={cameraId} rule={rule} disabled={dayMissing} />
        {save.failure !== null && (
          <p className="notice notice-bad" role="alert">
            {save.failure}
          </p>
        )}
        <div className="dialog-actions">
          {cameraId !== null && stored !== undefined && (
            <Button tone="quiet" busy={takeAway.busy} onClick={() => takeAway.run()}>
              {t.takeAway}
            </Button>
          )}
          <Button onClick={onClose}>{core.kit.cancel}</Button>
          <Button type="submit" tone="primary" busy={save.busy} disabled={dayMissing}>
            {core.kit.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface KindFieldProps {
  readonly kind: AlertKind;
  /** Undefined: as the level above. */
  readonly value: boolean | undefined;
  readonly above: boolean;
  readonly onChange: (value: boolean | undefined) => void;
}

function KindField({ kind, value, above, onChange }: KindFieldProps) {
  return (
    <Field label={t.kindNames[kind]}>
      {(control) => (
        <Select
          {...control}
          value={value === undefined ? '' : value ? 'yes' : 'no'}
          options={[
            { value: '', label: t.inherited(above ? t.yes : t.no) },
            { value: 'yes', label: t.yes },
            { value: 'no', label: t.no },
          ]}
          onChange={(chosen) => onChange(chosen === '' ? undefined : chosen === 'yes')}
        />
      )}
    </Field>
  );
}

/** What is left out comes from the level above. */
function withoutNothing<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
