/** Icons drawn inline: strokes on a 24-unit grid, coloured by the text around them, hidden from screen readers. */
import type { ReactNode } from 'react';
import type { Kind, Mode } from '../types.ts';

interface IconProps {
  readonly className?: string;
}

export function icon(children: ReactNode) {
  return function Icon({ className = '' }: IconProps) {
    return (
      <svg
        className={`icon ${className}`}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {children}
      </svg>
    );
  };
}

export const PersonIcon = icon(
  <>
    <circle cx="12" cy="7.5" r="3.5" />
    <path d="M5 20c.6-4 3.3-6.2 7-6.2s6.4 2.2 7 6.2" />
  </>,
);
export const MotionIcon = icon(
  <>
    <circle cx="12" cy="12" r="2.2" />
    <path d="M7.8 7.8a6 6 0 0 0 0 8.4M16.2 7.8a6 6 0 0 1 0 8.4M4.9 4.9a10 10 0 0 0 0 14.2M19.1 4.9a10 10 0 0 1 0 14.2" />
  </>,
);
export const SoundIcon = icon(<path d="M4 10v4M8 7v10M12 4v16M16 8v8M20 10.5v3" />);
export const ShieldIcon = icon(
  <>
    <path d="M12 3 5 5.8v5.4c0 4.4 2.8 7.9 7 9.8 4.2-1.9 7-5.4 7-9.8V5.8z" />
    <path d="m9 12 2.2 2.2L15.2 10" />
  </>,
);
export const EyeIcon = icon(
  <>
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
    <circle cx="12" cy="12" r="2.8" />
  </>,
);
export const EyeOffIcon = icon(
  <>
    <path d="M4 4l16 16M9.9 5.8A9.6 9.6 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.6 3.3M6.3 7.2C3.9 9 2.5 12 2.5 12S6 18.5 12 18.5c1.6 0 3-.4 4.2-1" />
    <path d="M9.9 10.2a2.8 2.8 0 0 0 3.9 3.9" />
  </>,
);
export const MoreIcon = icon(
  <>
    <circle cx="5" cy="12" r="1" />
    <circle cx="12" cy="12" r="1" />
    <circle cx="19" cy="12" r="1" />
  </>,
);
export const CloseIcon = icon(<path d="M6 6l12 12M18 6 6 18" />);
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const AlertIcon = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7.5v5M12 16.2v.1" />
  </>,
);
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7v5l3.2 2" />
  </>,
);
export const PencilIcon = icon(<path d="M4 20h4L19 9l-4-4L4 16zM13 7l4 4" />);
export const RestartIcon = icon(
  <>
    <path d="M20 12a8 8 0 1 1-2.4-5.7" />
    <path d="M20 3v4.5h-4.5" />
  </>,
);
export const SlidersIcon = icon(
  <>
    <path d="M4 7h10M18 7h2M4 17h2M10 17h10" />
    <circle cx="16" cy="7" r="2" />
    <circle cx="8" cy="17" r="2" />
  </>,
);
export const SpeakerIcon = icon(
  <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />,
);
export const ListIcon = icon(<path d="M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5v.1M4.5 12v.1M4.5 17.5v.1" />);
export const UserIcon = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <circle cx="12" cy="10" r="2.8" />
    <path d="M6.6 19c.8-2.6 2.8-4 5.4-4s4.6 1.4 5.4 4" />
  </>,
);
export const LogOutIcon = icon(<path d="M14 4H6v16h8M10.5 12H20M16.5 8.5 20 12l-3.5 3.5" />);
export const DownloadIcon = icon(<path d="M12 4v11M7.5 10.5 12 15l4.5-4.5M5 20h14" />);
export const PlayIcon = icon(<path d="M8 5.5v13l10.5-6.5z" fill="currentColor" />);
export const ChevronLeftIcon = icon(<path d="m14.5 5.5-6.5 6.5 6.5 6.5" />);
export const ChevronRightIcon = icon(<path d="m9.5 5.5 6.5 6.5-6.5 6.5" />);
export const BatteryIcon = icon(
  <>
    <rect x="3" y="8" width="16" height="8" rx="2" />
    <path d="M21.5 11v2M6 11v2M9 11v2M12 11v2" />
  </>,
);
export const SignalIcon = icon(
  <path d="M3.5 9.5a12.5 12.5 0 0 1 17 0M6.7 13a8 8 0 0 1 10.6 0M9.8 16.4a3.4 3.4 0 0 1 4.4 0M12 19.5v.1" />,
);
export const ChipIcon = icon(
  <>
    <rect x="7" y="7" width="10" height="10" rx="2" />
    <path d="M10 4v3M14 4v3M10 17v3M14 17v3M4 10h3M4 14h3M17 10h3M17 14h3" />
  </>,
);
export const CameraIcon = icon(
  <>
    <rect x="6" y="3.5" width="12" height="12" rx="6" />
    <circle cx="12" cy="9.5" r="2.4" />
    <path d="M12 15.5v3M8 20.5h8l-1.2-2H9.2z" />
  </>,
);
export const FilmIcon = icon(
  <>
    <rect x="3.5" y="5.5" width="12" height="13" rx="2" />
    <path d="m15.5 10.5 5-2.5v8l-5-2.5" />
  </>,
);
export const LiveIcon = icon(
  <>
    <circle cx="12" cy="12" r="3" fill="currentColor" />
    <path d="M7.4 16.6a6.5 6.5 0 0 1 0-9.2M16.6 7.4a6.5 6.5 0 0 1 0 9.2" />
  </>,
);
export const GridIcon = icon(
  <>
    <rect x="3.5" y="4.5" width="7.5" height="6.5" rx="1.5" />
    <rect x="13" y="4.5" width="7.5" height="6.5" rx="1.5" />
    <rect x="3.5" y="13" width="7.5" height="6.5" rx="1.5" />
    <rect x="13" y="13" width="7.5" height="6.5" rx="1.5" />
  </>,
);

export const MinusIcon = icon(<path d="M6 12h12" />);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const HomeIcon = icon(
  <path d="M4 10.5 12 4l8 6.5V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z" />,
);
export const InboxIcon = icon(
  <>
    <path d="M4 13.5 6.5 5h11L20 13.5V18a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18z" />
    <path d="M4 13.5h4.5l1.5 2.5h4l1.5-2.5H20" />
  </>,
);
export const HouseShieldIcon = icon(
  <>
    <path d="M4 11 12 4l8 7" />
    <path d="M6.5 9.5V19a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1V9.5" />
    <path d="m9.5 14 1.8 1.8 3.4-3.6" />
  </>,
);
export const BellIcon = icon(
  <>
    <path d="M6.5 16V11a5.5 5.5 0 0 1 11 0v5l1.5 1.5H5z" />
    <path d="M10.2 20a2 2 0 0 0 3.6 0" />
  </>,
);
export const ServerIcon = icon(
  <>
    <rect x="4" y="4.5" width="16" height="6.5" rx="1.5" />
    <rect x="4" y="13" width="16" height="6.5" rx="1.5" />
    <path d="M7.5 7.8v.1M7.5 16.3v.1M11 7.8h5M11 16.3h5" />
  </>,
);
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8.5" r="3" />
    <path d="M3.5 19c.4-3.2 2.5-5 5.5-5s5.1 1.8 5.5 5" />
    <path d="M15.5 6a3 3 0 0 1 0 5.5M17 14.3c2 .5 3.2 2.2 3.5 4.7" />
  </>,
);
export const KeyboardIcon = icon(
  <>
    <rect x="3" y="6.5" width="18" height="11" rx="2" />
    <path d="M6.5 10v.1M10 10v.1M14 10v.1M17.5 10v.1M8 14h8" />
  </>,
);
export const CertificateIcon = icon(
  <>
    <path d="M12 3 5 5.800v5.400c0 4.4 2.8 7.9 7 9.8 4.2-1.9 7-5.4 7-9.800V5.800z" />
    <circle cx="12" cy="10.5" r="2" />
    <path d="M12 12.5V16" />
  </>,
);

/** The product: a cell of a comb that is also a lens. */
export function Logo({ className = '' }: IconProps) {
  return (
    <svg className={`logo ${className}`} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path className="logo-cell" d="M16 1.5 28.6 8.7v14.6L16 30.5 3.4 23.3V8.7z" />
      <path className="logo-lens" d="M16 8a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z" />
      <circle className="logo-lens" cx="16" cy="16" r="1.8" />
    </svg>
  );
}

export const kindIcons: Record<Kind, (props: IconProps) => ReactNode> = {
  person: PersonIcon,
  motion: MotionIcon,
  sound: SoundIcon,
};
export const modeIcons: Record<Mode, (props: IconProps) => ReactNode> = {
  armed: ShieldIcon,
  livestreamonly: EyeIcon,
  privacy: EyeOffIcon,
};
