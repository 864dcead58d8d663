/**
 * One at a time for each event: an upload between the placing of its files and its row, the janitor between the taking
 * of rows and their files. Without it the one would count on files that the other is moving aside.
 */
export type EventLine = <T>(eventDir: string, work: () => Promise<T>) => Promise<T>;

export function eventLine(): EventLine {
  const last = new Map<string, Promise<unknown>>();
  return (eventDir, work) => {
    const turn = (last.get(eventDir) ?? Promise.resolve()).then(work, work);
    last.set(eventDir, turn);
    const clear = (): void => {
      if (last.get(eventDir) === turn) last.delete(eventDir);
    };
    turn.then(clear, clear);
    return turn;
  };
}
