/** The commands: each answers in the chat it came from. None of them talks to a camera. */
import { join } from 'node:path';
import { InputFile, type Context } from 'grammy';
import { delay } from '@apiary/base/deadline';
import { recordAudit } from '@apiary/database/audit-repository';
import { listCameras, type CameraRow } from '@apiary/database/camera-queries';
import { lastEventTimes, lastPicture } from '@apiary/database/chat-queries';
import {
  askHouse,
  readHouseOutcome,
  withdrawHouseRequest,
  type HouseOutcome,
  type HouseWish,
} from '@apiary/database/house-request-repository';
import { listSnoozes } from '@apiary/database/notification-snooze-repository';
import type { Queryable } from '@apiary/database/pool';
import { nameOf } from './person.ts';
import { escapeHtml, helpText, houseText, pictureCaption, statusText, whichCameraText } from './texts.ts';

export interface CommandDeps {
  readonly db: Queryable;
  readonly dataDir: string;
  /** IANA name of the house's time zone. */
  readonly timeZone: string;
  /** How long the dashboard has to carry out what was asked. */
  readonly houseWaitMs?: number;
}

export const commandList = [
  { command: 'status', description: 'Cameras, their modes and what is quiet' },
  { command: 'arm', description: 'Arm every camera' },
  { command: 'disarm', description: 'Stop recording, keep live view' },
  { command: 'photo', description: 'Last picture of a camera: /photo Front door' },
  { command: 'help', description: 'What I understand' },
] as const;

/** A command that waited longer (the house was offline) is not carried out: its sender has moved on. */
const staleSeconds = 120;
const houseWaitMs = 12_000;
const houseProbeMs = 200;

type Answer = (context: Context, argument: string) => Promise<unknown>;

export function commandAnswers(deps: CommandDeps): Readonly<Record<string, Answer>> {
  const say = (context: Context, html: string): Promise<unknown> =>
    context.reply(html, { parse_mode: 'HTML' });
  return {
    help: (context) => say(context, helpText),
    start: (context) => say(context, helpText),
    status: async (context) => {
      const [cameras, lastEvents, snoozes] = await Promise.all([
        listCameras(deps.db),
        lastEventTimes(deps.db),
        listSnoozes(deps.db),
      ]);
      const facts = { cameras, lastEvents, snoozes, now: new Date(), zone: deps.timeZone };
      return await say(context, statusText(facts));
    },
    arm: async (context) => say(context, await setHouse(deps, context, 'arm')),
    disarm: async (context) => say(context, await setHouse(deps, context, 'disarm')),
    photo: (context, argument) => sendPicture(deps, context, argument, say),
  };
}

async function setHouse(deps: CommandDeps, context: Context, wish: HouseWish): Promise<string> {
  const sentAt = context.message?.date ?? 0;
  if (Date.now() / 1000 - sentAt > staleSeconds)
    return `That was asked some time ago and was not done. Send /${wish} again if you still want it.`;
  const actor = nameOf(context.from);
  const requestId = await askHouse(deps.db, wish, actor);
  await recordAudit(deps.db, {
    actor,
    action: wish === 'arm' ? 'arm_requested' : 'disarm_requested',
    details: { chat: context.chat?.id, requestId },
  });
  const outcome = await outcomeOf(deps, requestId);
  if (outcome !== undefined) return houseText(wish, outcome);
  return (await withdrawHouseRequest(deps.db, requestId))
    ? '⚠️ The dashboard did not answer: nothing was changed.'
    : '⏳ It is being done; /status shows when.';
}

async function outcomeOf(deps: CommandDeps, requestId: string): Promise<HouseOutcome | undefined> {
  const until = Date.now() + (deps.houseWaitMs ?? houseWaitMs);
  for (;;) {
    const outcome = await readHouseOutcome(deps.db, requestId);
    if (outcome !== undefined || Date.now() > until) return outcome;
    await delay(houseProbeMs);
  }
}

async function sendPicture(
  deps: CommandDeps,
  context: Context,
  wanted: string,
  say: (context: Context, html: string) => Promise<unknown>,
): Promise<unknown> {
  const cameras = await listCameras(deps.db);
  const camera = findCamera(cameras, wanted);
  if (camera === undefined) return await say(context, whichCameraText(cameras, wanted));
  const picture = await lastPicture(deps.db, camera.cameraId);
  if (picture === undefined)
    return await say(context, `There is no picture of ${escapeHtml(camera.cameraName)} yet.`);
  await recordAudit(deps.db, {
    actor: nameOf(context.from),
    action: 'picture_sent',
    cameraId: camera.cameraId,
    eventId: picture.eventId,
    details: { chat: context.chat?.id },
  });
  return await context.replyWithPhoto(new InputFile(join(deps.dataDir, picture.thumbnailPath)), {
    caption: pictureCaption(camera, picture.takenAt, new Date(), deps.timeZone),
    parse_mode: 'HTML',
  });
}

/** By name, by the beginning of name or id, by a part of the name; undefined when that is nobody or several. */
export function findCamera(cameras: readonly CameraRow[], wanted: string): CameraRow | undefined {
  const text = wanted.trim().toLowerCase();
  if (text === '') return cameras.length === 1 ? cameras[0] : undefined;
  const name = ({ cameraName }: CameraRow): string => cameraName.toLowerCase();
  const ways: ((camera: CameraRow) => boolean)[] = [
    (camera) => name(camera) === text,
    (camera) => name(camera).startsWith(text) || camera.cameraId.toLowerCase().startsWith(text),
    (camera) => name(camera).includes(text),
  ];
  for (const matches of ways) {
    const found = cameras.filter(matches);
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
  }
  return undefined;
}
