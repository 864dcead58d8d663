/**
 * A long list that lays out only what can be seen, in the scroll of the page. Rows may differ in height. Asks for more
 * when its end comes near.
 */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';

interface VirtualListProps<Item> {
  readonly label: string;
  readonly items: readonly Item[];
  readonly itemKey: (item: Item) => string;
  /** Height of a row before it is measured, px. */
  readonly estimatePx: number;
  readonly gapPx?: number;
  readonly children: (item: Item, index: number) => ReactNode;
  /** Absent: there is no more, or it is on its way. */
  readonly onNearEnd?: (() => void) | undefined;
}

const overscan = 6;
const nearEndRows = 12;

export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { label, items, itemKey, estimatePx, gapPx = 8, children, onNearEnd } = props;
  const list = useRef<HTMLOListElement>(null);
  const [offsetPx, setOffset] = useState(0);
  useLayoutEffect(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0;
    setOffset(top + window.scrollY);
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimatePx,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : itemKey(item);
    },
    gap: gapPx,
    overscan,
    scrollMargin: offsetPx,
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= items.length - nearEndRows) onNearEnd?.();
  }, [last, items.length, onNearEnd]);

  return (
    <ol ref={list} className="virtual-list" aria-label={label} style={{ height: virtualizer.getTotalSize() }}>
      {rows.map((row) => {
        const item = items[row.index];
        return item === undefined ? null : (
          <li
            key={row.key}
            ref={virtualizer.measureElement}
            data-index={row.index}
            aria-setsize={items.length}
            aria-posinset={row.index + 1}
            style={{ transform: `translateY(${row.start - offsetPx}px)` }}
          >
            {children(item, row.index)}
          </li>
        );
      })}
    </ol>
  );
}
