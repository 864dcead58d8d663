/** The house as the server has it, and setting it. */
import { rest } from '../api.ts';
import { useAction, useResource } from '../data/use-resource.ts';
import type { House, HouseSetResult } from '../types.ts';
import { t } from './words.ts';

export const useHouse = () => useResource<House>(['house'], '/api/house');

export const presetName = (house: House, id: string | null): string =>
  house.presets.find((preset) => preset.id === id)?.name ?? '–';

export function useSetHouse(house: House) {
  return useAction({
    run: ({ presetId, until }: { presetId: string; until: Date | null }) =>
      rest.put<HouseSetResult>('/api/house/state', {
        presetId,
        ...(until !== null && { until: until.toISOString() }),
      }),
    done: (_result, { presetId }) => t.set(presetName(house, presetId)),
    changes: ['house'],
  });
}
