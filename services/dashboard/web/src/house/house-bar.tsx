/** The whole house in one line above the cameras: what is set, and setting it. */
import { LinkButton } from '../ui/button.tsx';
import { HouseShieldIcon } from '../ui/icons.tsx';
import { t as core } from '../messages.ts';
import { HouseNow } from './house-now.tsx';
import { useHouse } from './use-house.ts';
import './house.css';

export function HouseBar() {
  const { data } = useHouse();
  // Cameras do not wait for it; a failure is told on the house's own screen.
  if (data === undefined) return null;
  return (
    <section className="house-bar" aria-label={core.nav.screens.house}>
      <HouseNow house={data} brief />
      <LinkButton small tone="quiet" icon={<HouseShieldIcon />} to="/house">
        {core.nav.screens.house}
      </LinkButton>
    </section>
  );
}
