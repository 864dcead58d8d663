/** Role and cameras of an account, as fields of a form. */
import { selectCameras } from '../store/select-cameras.ts';
import { useAppState } from '../store/store.ts';
import type { Account } from '../types.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { RadioGroup } from '../ui/choice.tsx';
import { Fields } from '../ui/field.tsx';
import { t } from './words.ts';

export type Role = Account['role'];
export interface Rights {
  readonly role: Role;
  readonly which: 'all' | 'some';
  /** Ids; only asked for `some`. */
  readonly cameras: readonly string[];
}

export const rightsOf = ({ role, cameras }: Pick<Account, 'role' | 'cameras'>): Rights => ({
  role,
  which: cameras === 'all' ? 'all' : 'some',
  cameras: cameras === 'all' ? [] : cameras,
});
/** As the API takes it: an admin sees every camera. */
export const camerasOf = ({ role, which, cameras }: Rights): 'all' | string[] =>
  role === 'admin' || which === 'all' ? 'all' : [...cameras];

const roles = (['viewer', 'operator', 'admin'] as const).map((value) => ({
  value,
  label: t.roles[value],
  hint: t.roleHints[value],
}));

/** For react-hook-form. */
export const rightsRules = {
  validate: ({ role, which, cameras }: Rights) =>
    role === 'admin' || which === 'all' || cameras.length > 0 || t.people.noCameraChosen,
};

interface RightsFieldsProps {
  readonly rights: Rights;
  readonly onChange: (rights: Rights) => void;
  readonly error: string | undefined;
  /** Decided elsewhere, for this reason: shown, not asked. */
  readonly roleFixed?: string;
}

export function RightsFields({ rights, onChange, error, roleFixed }: RightsFieldsProps) {
  const change = (part: Partial<Rights>): void => onChange({ ...rights, ...part });
  return (
    <>
      <Fields legend={t.people.role} {...(roleFixed !== undefined && { hint: roleFixed })}>
        <RadioGroup
          label={t.people.role}
          choices={roles}
          value={rights.role}
          disabled={roleFixed !== undefined}
          onChange={(role) => change({ role })}
        />
      </Fields>
      <Fields legend={t.people.cameras} {...(rights.role === 'admin' && { hint: t.people.adminSeesAll })}>
        {rights.role !== 'admin' && (
          <>
            <RadioGroup
              label={t.people.cameras}
              choices={[
                { value: 'all', label: t.people.allCameras, hint: t.people.allCamerasHint },
                { value: 'some', label: t.people.someCameras },
              ]}
              value={rights.which}
              onChange={(which) => change({ which })}
            />
            {rights.which === 'some' && (
              <CameraChoice chosen={rights.cameras} onChange={(cameras) => change({ cameras })} />
            )}
          </>
        )}
        {error !== undefined && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
      </Fields>
    </>
  );
}

interface CameraChoiceProps {
  readonly chosen: readonly string[];
  readonly onChange: (cameras: readonly string[]) => void;
}

function CameraChoice({ chosen, onChange }: CameraChoiceProps) {
  const state = useAppState();
  return (
    <div className="camera-choice">
      {selectCameras(state).map(({ id, name }) => (
        <Checkbox
          key={id}
          label={name}
          checked={chosen.includes(id)}
          onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((one) => one !== id))}
        />
      ))}
    </div>
  );
}
