/** What the house is set to, why and until when; one press sets it anew. On the house's screen and on the first one. */
import { useState } from 'react';
import { rest } from '../api.ts';
import { useAction } from '../data/use-resource.ts';
import { shortTime } from '../format.ts';
import { mayDo } from '../screens.ts';
import { useAppState } from '../store/store.ts';
import type { House } from '../types.ts';
import { Button } from '../ui/button.tsx';
import { Segmented } from '../ui/choice.tsx';
import { useNow } from '../ui/use-now.ts';
import { UntilField, type Until } from './until-field.tsx';
import { presetName, useSetHouse } from './use-house.ts';
import { t } from './words.ts';
import './house.css';

interface HouseNowProps {
  readonly house: House;
  /** Without the choice of how long. */
  readonly brief?: true;
}

export function HouseNow({ house, brief }: HouseNowProps) {
  const [until, setUntil] = useState<Until>({ at: null, wrong: false });
  const set = useSetHouse(house);
  const maySet = mayDo(useAppState(), 'house.set');
  return (
    <div className="house-now">
      <Segmented
        label={t.choose}
        choices={house.presets.map(({ id, name }) => ({ value: id, label: name }))}
        value={house.state.presetId}
        disabled={!maySet || set.busy || until.wrong}
        onChange={(presetId) => set.run({ presetId, until: until.at })}
      />
      {brief === undefined && maySet && <UntilField onChange={setUntil} />}
      <HouseReason house={house} maySet={maySet} onAgain={(presetId) => set.run({ presetId, until: null })} />
    </div>
  );
}

interface HouseReasonProps {
  readonly house: House;
  readonly maySet: boolean;
  readonly onAgain: (presetId: string) => void;
}

function HouseReason({ house, maySet, onAgain }: HouseReasonProps) {
  const { state, next, deviating } = house;
  const now = useNow();
  const end = useAction({
    run: () => rest.delete('/api/house/override'),
    done: t.overrideEnded,
    changes: ['house'],
  });
  if (state.presetId === null) return <p className="hint">{t.nothingSet}</p>;
  const { presetId } = state;
  const why = state.reason === 'person' ? t.reason.person(state.setBy) : t.reason[state.reason];
  return (
    <div className="house-reason">
      <p className="hint">
        {[
          why,
          ...(state.until === null
            ? []
            : [
                t.until(shortTime(state.until, now)),
                state.afterPresetId === null
                  ? t.thenSchedule
                  : t.then(presetName(house, state.afterPresetId)),
              ]),
        ].join(', ')}
        {next !== null &&
          ` · ${state.until === null ? t.next(presetName(house, next.presetId), shortTime(next.at, now)) : t.restsNow}`}
      </p>
      {!state.applied && <p className="notice">{t.notApplied}</p>}
      {deviating.length > 0 && (
        <p className="hint">
          {t.deviating(deviating.length)}{' '}
          {maySet && state.until === null && (
            <Button small tone="quiet" onClick={() => onAgain(presetId)}>
              {t.applyAgain}
            </Button>
          )}
        </p>
      )}
      {state.until !== null && maySet && (
        <Button small busy={end.busy} onClick={() => end.run()}>
          {t.endOverride}
        </Button>
      )}
    </div>
  );
}
