/**
 * Commands to cameras. 202 means the broker has the command (or, with `pending`, that it is stored for a camera that
 * is away); what the camera made of it arrives as a `command` event of the stream.
 */
import { z } from 'zod';
import { cameraSettingNames, defaultCameraSettings, settingsFromRows } from '@apiary/contract';
import { readCameraState } from '@apiary/database/camera-state-repository';
import {
  acceptedSchema,
  cameraIdSchema,
  cameraModeSchema,
  settingsBodySchema,
  settingsSchema,
  soundBodySchema,
} from '../api-schemas.ts';
import type { Asker } from '../control/camera-commands.ts';
import { route, type Route, type RouteInput } from '../http/route.ts';
import { cameraSubject, type Deps } from './deps.ts';

const cameraParams = z.object({ id: cameraIdSchema });
const askerOf = ({
  session,
  address,
}: Pick<RouteInput<unknown, unknown, unknown, unknown>, 'session' | 'address'>): Asker => ({
  username: session.user.username,
  address,
});

const brokerAway = { 503: 'the broker cannot be reached; nothing was sent' };
const cameraAway = { 409: 'the camera is not connected', ...brokerAway };

export function controlRoutes(deps: Deps): Route[] {
  const subject = cameraSubject(deps);
  const common = {
    tag: 'control',
    access: { action: 'cameras.control' },
    subject,
    answer: { status: 202, json: acceptedSchema },
  } as const;
  return [
    route({
      ...common,
      method: 'post',
      path: '/api/control/mode/{id}/{mode}',
      summary: 'Set the mode; kept and sent again after every reconnect',
      params: cameraParams.extend({ mode: cameraModeSchema }),
      errors: brokerAway,
      handler: (input) => deps.commands.setMode(input.subject, input.params.mode, askerOf(input)),
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/control/reboot/{id}',
      summary: 'Restart the camera',
      params: cameraParams,
      errors: cameraAway,
      handler: (input) => deps.commands.reboot(input.subject, askerOf(input)),
    }),
    route({
      method: 'get',
      path: '/api/control/settings/{id}',
      summary: 'All twenty settings as they would be sent',
      tag: 'control',
      access: { action: 'cameras.read' },
      subject,
      params: cameraParams,
      answer: { status: 200, json: settingsSchema },
      async handler({ subject: { cameraId } }) {
        const rows = await readCameraState(deps.pool, cameraId);
        const chosen = new Set(rows.map(({ settingName }) => settingName));
        return {
          cameraId,
          settings: settingsFromRows(rows),
          standard: defaultCameraSettings,
          defaults: cameraSettingNames.filter((name) => !chosen.has(name)),
        };
      },
    }),
    route({
      ...common,
      method: 'put',
      path: '/api/control/settings/{id}',
      summary: 'Change some settings; the others stay as they are, the camera gets all twenty',
      params: cameraParams,
      body: settingsBodySchema,
      errors: brokerAway,
      handler: (input) => deps.commands.changeSettings(input.subject, input.body, askerOf(input)),
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/control/sound/{id}',
      summary: 'Play a built-in sound',
      params: cameraParams,
      body: soundBodySchema,
      errors: cameraAway,
      handler: (input) =>
        deps.commands.playSound(
          input.subject,
          input.body.soundType,
          input.body.durationSeconds,
          askerOf(input),
        ),
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/control/sound/{id}/stop',
      summary: 'Stop the sound',
      params: cameraParams,
      errors: cameraAway,
      handler: (input) => deps.commands.stopSound(input.subject, askerOf(input)),
    }),
  ];
}
