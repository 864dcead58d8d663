/** Finds the entries whose topic filter matches a topic name (MQTT 3.1.1 §4.7), level by level. */

interface Node<T> {
  readonly children: Map<string, Node<T>>;
  readonly values: Map<T, number>;
}

const createNode = <T>(): Node<T> => ({ children: new Map(), values: new Map() });

/** Entries carry a number (the granted QoS); an entry filed under one filter twice keeps the last. */
export class TopicTree<T> {
  readonly #root = createNode<T>();

  set(filter: string, value: T, qos: number): void {
    let node = this.#root;
    for (const level of filter.split('/')) {
      let next = node.children.get(level);
      if (next === undefined) {
        next = createNode<T>();
        node.children.set(level, next);
      }
      node = next;
    }
    node.values.set(value, qos);
  }

  delete(filter: string, value: T): void {
    const path: [Node<T>, string][] = [];
    let node = this.#root;
    for (const level of filter.split('/')) {
      const next = node.children.get(level);
      if (next === undefined) return;
      path.push([node, level]);
      node = next;
    }
    node.values.delete(value);
    for (const [parent, level] of path.reverse()) {
      const child = parent.children.get(level);
      if (child === undefined || child.values.size > 0 || child.children.size > 0) return;
      parent.children.delete(level);
    }
  }

  /** Every entry with a matching filter and the highest QoS among those filters. */
  match(topic: string): Map<T, number> {
    const found = new Map<T, number>();
    const levels = topic.split('/');
    // Wildcards at the first level do not match topics that begin with $ (§4.7.2).
    walk(this.#root, levels, 0, topic.startsWith('$'), found);
    return found;
  }
}

function walk<T>(
  node: Node<T>,
  levels: readonly string[],
  depth: number,
  noWildcard: boolean,
  found: Map<T, number>,
): void {
  const rest = noWildcard ? undefined : node.children.get('#');
  if (rest !== undefined) collect(rest, found);
  const level = levels[depth];
  if (level === undefined) {
    collect(node, found);
    return;
  }
  const exact = node.children.get(level);
  if (exact !== undefined) walk(exact, levels, depth + 1, false, found);
  const any = noWildcard ? undefined : node.children.get('+');
  if (any !== undefined) walk(any, levels, depth + 1, false, found);
}

function collect<T>(node: Node<T>, found: Map<T, number>): void {
  for (const [value, qos] of node.values) found.set(value, Math.max(qos, found.get(value) ?? 0));
}
