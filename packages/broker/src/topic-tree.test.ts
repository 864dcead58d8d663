import { expect, test } from 'vitest';
import { TopicTree } from './topic-tree.ts';

const treeOf = (...filters: string[]): TopicTree<string> => {
  const tree = new TopicTree<string>();
  for (const filter of filters) tree.set(filter, filter, 1);
  return tree;
};

// MQTT 3.1.1 §4.7, its own examples first.
test.each([
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['#', '$SYS/x', false],
  ['+/x', '$SYS/x', false],
  ['$SYS/#', '$SYS/x', true],
  ['a/+/c', 'a/$b/c', true],
  ['a', 'A', false],
])('filter %s, topic %s: %s', (filter, topic, matches) => {
  expect(treeOf(filter).match(topic).has(filter)).toBe(matches);
});

test('an entry is found once, with the highest QoS of its matching filters', () => {
  const tree = new TopicTree<string>();
  tree.set('a/#', 'client', 0);
  tree.set('a/+', 'client', 1);
  tree.set('b/#', 'client', 1);
  expect([...tree.match('a/b')]).toEqual([['client', 1]]);
  tree.delete('a/+', 'client');
  expect([...tree.match('a/b')]).toEqual([['client', 0]]);
});

test('what is deleted is gone, its neighbours stay', () => {
  const tree = treeOf('a/b/c', 'a/b', 'a/+/c');
  tree.delete('a/b/c', 'a/b/c');
  tree.delete('a/b/c', 'somebody else');
  tree.delete('never/there', 'x');
  expect([...tree.match('a/b/c').keys()]).toEqual(['a/+/c']);
  expect([...tree.match('a/b').keys()]).toEqual(['a/b']);
});
