/**
 * Resources of one camera. The stream tells of cameras by their records, not by `changed`; what is fetched beside the
 * record is fetched again when the record says that there may be more, at most once a minute.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useResource } from '../data/use-resource.ts';
import type { Camera, CamerasNow } from '../types.ts';

const minuteMs = 60_000;

/** @param entity first part of the keys to fetch again */
export function useFreshWith(camera: Camera, entity: string): void {
  const client = useQueryClient();
  const minute = camera.lastSeenAt === null ? 0 : Math.floor(Date.parse(camera.lastSeenAt) / minuteMs);
  const mark = `${camera.id} ${camera.connectionStatus} ${minute}`;
  const seen = useRef(mark);
  useEffect(() => {
    if (seen.current === mark) return;
    seen.current = mark;
    void client.invalidateQueries({ queryKey: [entity] });
  }, [client, entity, mark]);
}

export type Clock = NonNullable<CamerasNow['cameras'][number]['clock']>;

/** Null: never measured, or not known yet. */
export function useClock(camera: Camera): Clock | null {
  useFreshWith(camera, 'cameras-now');
  const now = useResource<CamerasNow>(['cameras-now'], '/api/cameras-now');
  return now.data?.cameras.find(({ cameraId }) => cameraId === camera.id)?.clock ?? null;
}
