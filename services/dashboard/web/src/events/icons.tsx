/** Icons of events alone, so that the first paint does without them. */
import { icon } from '../ui/icons.tsx';

export const ShareIcon = icon(<path d="M12 14.500V4M8 7.500 12 3.500l4 4M7 11H5.500v9h13v-9H17" />);
export const TrashIcon = icon(
  <path d="M4.500 7h15M9.500 7V4.500h5V7M6.500 7l.8 12.500h9.400L17.500 7M10.200 10.500v5.500M13.800 10.500v5.500" />,
);
