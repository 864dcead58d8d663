/** The truth table of docs/ref/ingest.md, row by row. */
import { describe, expect, it } from 'vitest';
import { decidePresence, type Evidence, type Presence } from './presence-rules.ts';

const never: Presence = { connected: false, session: undefined, sessionEnded: false };
const byWord: Presence = { connected: true, session: undefined, sessionEnded: false };
const live: Presence = { connected: true, session: 100, sessionEnded: false };
const quiet: Presence = { connected: false, session: 100, sessionEnded: false };
const ended: Presence = { connected: false, session: 100, sessionEnded: true };

const opened = (session: number, listed = false): Evidence => ({ kind: 'opened', session, listed });
const closed = (session: number | undefined): Evidence => ({ kind: 'closed', session });
const online: Evidence = { kind: 'said-online' };
const offline: Evidence = { kind: 'said-offline' };
const silent: Evidence = { kind: 'silent', sinceMs: 0 };

describe('what the broker says', () => {
  it.each<[string, Presence, Evidence, Presence]>([
    ['first session', never, opened(100), live],
    ['session of a camera known by its words', byWord, opened(100, true), live],
    ['newer session', live, opened(200), { ...live, session: 200 }],
    ['newer session after the end of the last', ended, opened(200), { ...live, session: 200 }],
    ['the same session again', live, opened(100), live],
    ['the list repeats a silent camera', quiet, opened(100, true), quiet],
    ['an event of an ended session comes late', ended, opened(100), ended],
    ['the list is older than the end', ended, opened(100, true), ended],
    ['an older session', live, opened(50, true), live],
    ['clock set back: the list shows another session', ended, opened(50, true), { ...live, session: 50 }],
    ['clock set back: an event alone is not enough', ended, opened(50), ended],
    ['end of the session', live, closed(100), ended],
    ['end of a silent camera’s session', quiet, closed(100), ended],
    ['end of an older session never marks a newer one offline', live, closed(50), live],
    ['end of a session never seen to begin', never, closed(100), ended],
    ['end of a newer session whose begin was lost', live, closed(200), { ...ended, session: 200 }],
    ['not in the list', live, closed(undefined), ended],
    ['not in the list, but never named by the broker', byWord, closed(undefined), byWord],
    ['not in the list, unknown', never, closed(undefined), never],
  ])('%s', (_name, before, evidence, after) => {
    expect(decidePresence(before, evidence)).toEqual({ presence: after, ask: undefined });
  });
});

describe('what the camera says', () => {
  it.each<[string, Presence, Evidence, Presence, 'online' | 'offline' | undefined]>([
    ['first word', never, online, byWord, undefined],
    ['goodbye without a broker’s word', byWord, offline, never, undefined],
    ['a word on its live session', live, online, live, undefined],
    ['silent camera speaks again', quiet, online, live, undefined],
    ['word after the end of its session: ask, it may be a backlog', ended, online, ended, 'online'],
    ['will while its session is up: ask, it may be a takeover', live, offline, live, 'offline'],
    ['will of a silent camera', quiet, offline, quiet, 'offline'],
    ['will after the end of its session', ended, offline, ended, undefined],
    ['will of a camera never heard', never, offline, never, undefined],
  ])('%s', (_name, before, evidence, after, ask) => {
    expect(decidePresence(before, evidence)).toEqual({ presence: after, ask });
  });
});

describe('what nobody could confirm, and silence', () => {
  it.each<[string, Presence, Evidence, Presence]>([
    ['list away: a goodbye is believed', live, { kind: 'believed', online: false }, quiet],
    [
      'list away: a sign of life is believed',
      ended,
      { kind: 'believed', online: true },
      { ...ended, connected: true },
    ],
    ['silent on a live session', live, silent, quiet],
    ['silent, known by words', byWord, silent, never],
    ['silent and already gone', ended, silent, ended],
  ])('%s', (_name, before, evidence, after) => {
    expect(decidePresence(before, evidence)).toEqual({ presence: after, ask: undefined });
  });
});
