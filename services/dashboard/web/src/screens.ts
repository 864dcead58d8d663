/**
 * Every screen of the page, in the order of the navigation. A screen is registered here and nowhere else: its path, who
 * may see it, its place in the navigation, its key after `g`, and how to fetch its code.
 */
import type { ComponentType, ReactNode } from 'react';
import { matchPath, type Params } from './router/path.ts';
import type { t } from './messages.ts';
import type { State } from './store/state.ts';
import {
  BellIcon,
  GridIcon,
  HomeIcon,
  HouseShieldIcon,
  InboxIcon,
  PeopleIcon,
  PlusIcon,
  ServerIcon,
} from './ui/icons.tsx';

export interface ScreenProps {
  readonly params: Params;
}
export type ScreenId = keyof typeof t.nav.screens;

export interface ScreenDefinition {
  /** Names it (messages/…/shell.ts, `nav.screens`) and is the class of its `<main>`. */
  readonly id: ScreenId;
  /** As in router/path.ts: `/events/:id`. */
  readonly path: string;
  readonly load: () => Promise<{ readonly Screen: ComponentType<ScreenProps> }>;
  /** The right (packages/access) without which it is not shown. */
  readonly action?: string;
  /** False where this installation lacks what it shows. */
  readonly available?: (state: State) => boolean;
  /** With an icon it stands in the navigation; without one links lead to it. */
  readonly icon?: (props: { readonly className?: string }) => ReactNode;
  /** On a phone: in the bar itself, or behind "more". At most four in the bar. */
  readonly place?: 'bar' | 'more';
  /** Pressed after `g`. */
  readonly key?: string;
  /** Shown without a login and without the shell. */
  readonly open?: true;
}

export const screens: readonly ScreenDefinition[] = [
  {
    id: 'home',
    path: '/',
    load: () => import('./home/screen.tsx'),
    action: 'cameras.read',
    icon: HomeIcon,
    place: 'bar',
    key: 'h',
  },
  {
    id: 'review',
    path: '/review',
    load: () => import('./review/screen.tsx'),
    action: 'events.read',
    icon: InboxIcon,
    place: 'bar',
    key: 'r',
  },
  {
    id: 'live',
    path: '/live',
    load: () => import('./wall/screen.tsx'),
    action: 'live',
    available: (state) => state.server?.liveView === true,
    icon: GridIcon,
    place: 'bar',
    key: 'l',
  },
  {
    id: 'house',
    path: '/house',
    load: () => import('./house/screen.tsx'),
    action: 'house.read',
    icon: HouseShieldIcon,
    place: 'bar',
    key: 'o',
  },
  {
    id: 'notifications',
    path: '/notifications',
    load: () => import('./notifications/screen.tsx'),
    action: 'notifications.own',
    icon: BellIcon,
    place: 'more',
    key: 'n',
  },
  { id: 'event', path: '/events/:id', load: () => import('./events/screen.tsx'), action: 'events.read' },
  {
    id: 'camera',
    path: '/cameras/:id',
    load: () => import('./camera/screen.tsx'),
    action: 'cameras.read',
  },
  {
    id: 'add',
    path: '/add',
    load: () => import('./add/screen.tsx'),
    action: 'cameras.add',
    icon: PlusIcon,
    place: 'more',
    key: 'a',
  },
  {
    id: 'people',
    path: '/people',
    load: () => import('./people/screen.tsx'),
    action: 'users.manage',
    icon: PeopleIcon,
    place: 'more',
    key: 'p',
  },
  {
    id: 'system',
    path: '/system',
    load: () => import('./system/screen.tsx'),
    action: 'system.read',
    icon: ServerIcon,
    place: 'more',
    key: 's',
  },
  { id: 'account', path: '/account', load: () => import('./account/screen.tsx'), action: 'session.own' },
  { id: 'share', path: '/share', load: () => import('./share/screen.tsx'), open: true },
  { id: 'trust', path: '/trust', load: () => import('./trust/screen.tsx'), open: true },
];

export interface FoundScreen {
  readonly screen: ScreenDefinition;
  readonly params: Params;
}

export function findScreen(path: string): FoundScreen | undefined {
  for (const screen of screens) {
    const params = matchPath(screen.path, path);
    if (params !== undefined) return { screen, params };
  }
  return undefined;
}

export const isShown = (screen: ScreenDefinition, state: State): boolean =>
  (screen.action === undefined || mayDo(state, screen.action)) && screen.available?.(state) !== false;

/** What the server said this user may do. It decides; the page only leaves out what would be refused. */
export const mayDo = (state: State, action: string): boolean => state.allowed.has(action);

/** Screens of the navigation for this user. */
export const navigationOf = (state: State): readonly ScreenDefinition[] =>
  screens.filter((screen) => screen.icon !== undefined && isShown(screen, state));
