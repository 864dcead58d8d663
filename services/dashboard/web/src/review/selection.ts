/** Which events of a list are chosen, as in a file manager: one by one, or from the last one to here. Pure. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Where a range begins: the last one that was chosen by itself. */
  readonly anchor: string | null;
}

export const nothingSelected: Selection = { ids: new Set(), anchor: null };

export function toggle({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Adds all from the anchor to this one; without an anchor in the list just this one. */
export function extend({ ids, anchor }: Selection, order: readonly string[], id: string): Selection {
  const to = order.indexOf(id);
  const from = anchor === null ? -1 : order.indexOf(anchor);
  const range = from === -1 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...ids, ...range]), anchor: from === -1 ? id : anchor };
}

export const all = (order: readonly string[]): Selection => ({ ids: new Set(order), anchor: null });

/** Without those that are no longer there. */
export function among(selection: Selection, order: readonly string[]): Selection {
  const here = new Set(order);
  const ids = [...selection.ids].filter((id) => here.has(id));
  return ids.length === selection.ids.size ? selection : { ids: new Set(ids), anchor: selection.anchor };
}
