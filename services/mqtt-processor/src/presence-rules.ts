/**
 * Connected or not: what each piece of evidence changes. Pure; the table in docs/ref/ingest.md is this function, and
 * presence-rules.test.ts runs that table. No evidence alone is proof: a will is also published when a newer session
 * takes over, a message may come from a backlog, a broker event may be lost, and a list is a moment old.
 */

export interface Presence {
  readonly connected: boolean;
  /** `connected_at` of the newest broker session we know; undefined: the broker never named one. */
  readonly session: number | undefined;
  /** The broker said that this session is over. Final for that session. */
  readonly sessionEnded: boolean;
}

export type Evidence =
  /** The broker: this session is up. `listed`: from its client list, which is the present and beats clocks. */
  | { readonly kind: 'opened'; readonly session: number; readonly listed: boolean }
  /** The broker: this session is over. Without a number: the list does not know the camera. */
  | { readonly kind: 'closed'; readonly session: number | undefined }
  /** The camera itself, in a live message. */
  | { readonly kind: 'said-online' }
  /** Its will, or its own goodbye. */
  | { readonly kind: 'said-offline' }
  /** A word of the camera that no broker could confirm or deny in time. */
  | { readonly kind: 'believed'; readonly online: boolean }
  /** Nothing heard since that instant, while we listened. */
  | { readonly kind: 'silent'; readonly sinceMs: number };

export interface Decision {
  readonly presence: Presence;
  /** The evidence contradicts what the broker last said: ask its list now. */
  readonly ask: 'online' | 'offline' | undefined;
}

const live = (presence: Presence): boolean => presence.session !== undefined && !presence.sessionEnded;

export function decidePresence(before: Presence, evidence: Evidence): Decision {
  const settled = (change: Partial<Presence>): Decision => ({
    presence: { ...before, ...change },
    ask: undefined,
  });
  const unchanged = settled({});
  switch (evidence.kind) {
    case 'opened': {
      const { session, listed } = evidence;
      if (before.session === session) {
        // A silent camera stays disconnected: that its socket is open is not news.
        return unchanged;
      }
      const newer = before.session === undefined || session > before.session;
      // The broker's clock may have been set back: what it lists now is the present all the same.
      const replaces = newer || (listed && before.sessionEnded);
      return replaces ? settled({ connected: true, session, sessionEnded: false }) : unchanged;
    }
    case 'closed': {
      const { session } = evidence;
      if (session === undefined) {
        // Judged by its messages alone: it may reach us through a bridge.
        return before.session === undefined ? unchanged : settled({ connected: false, sessionEnded: true });
      }
      if (before.session !== undefined && session < before.session) return unchanged;
      return settled({ connected: false, session, sessionEnded: true });
    }
    case 'said-online':
      if (before.session !== undefined && before.sessionEnded) return { presence: before, ask: 'online' };
      return settled({ connected: true });
    case 'said-offline':
      if (live(before)) return { presence: before, ask: 'offline' };
      return settled({ connected: false });
    case 'believed':
      return settled({ connected: evidence.online });
    case 'silent':
      return settled({ connected: false });
  }
}
