/**
 * Which addresses of push services the appliance will call. A browser hands us its own (RFC 8030), so a user could name
 * any: without a list of hosts, anybody with an account could make the appliance send requests into the house.
 */

/** @param hosts names, or `*.name` for everything below one (setting WEB_PUSH_HOSTS) */
export function isPushEndpoint(endpoint: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, username, password } = new URL(endpoint);
  if (protocol !== 'https:' || username !== '' || password !== '') return false;
  return hosts.some((host) => {
    const name = host.toLowerCase();
    return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : hostname === name;
  });
}
