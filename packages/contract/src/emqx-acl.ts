/**
 * EMQX's ACL file (`emqx/acl.conf`) written out from access-rules.ts. Its test holds the file equal to
 * this text and writes it when run with `-u`. The syntax is Erlang terms, first match wins (emqx-measured §1).
 */
import { cameraRules, cameraUserName, serviceUsers } from './access-rules.ts';

/** The zone names of `emqx/emqx.conf`; each listener has its own, and EMQX copies it to the attribute `zone`. */
const zone = (name: 'camera' | 'service'): string => `{client_attr, "zone", "${name}"}`;

/**
 * The id must be anchored here: EMQX does not escape `${clientid}`, so a client called `+` would read every camera.
 * `\z`, not `$`: `$` also matches before a final newline, and an id may hold one.
 */
const cameraIdRule = '{clientid, {re, "^[0-9A-F]{32}\\\\z"}}';

const head = `%% Who may publish and subscribe to what. Generated from packages/contract/src/access-rules.ts: edit that, then run
%%   npx vitest run packages/contract/src/emqx-acl.test.ts -u
%% First match wins. The zone condition is what keeps a camera out of the service rules: a client certificate
%% without a CN, or with a service's name as CN, would otherwise choose its user name.
%% "deny all" does not match topics that begin with $; authorization.no_match = deny in emqx.conf does.
`;

/** The whole file, ending with a newline. */
export function renderEmqxAcl(): string {
  const lines = [head];
  for (const [user, rules] of Object.entries(serviceUsers)) {
    lines.push(...allow([zone('service'), `{username, "${user}"}`], rules));
  }
  const camera = [zone('camera'), `{username, "${cameraUserName}"}`, cameraIdRule];
  lines.push('', ...allow(camera, withClientId(cameraRules)), '', '{deny, all}.', '');
  return lines.join('\n');
}

interface Rules {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

function allow(who: readonly string[], rules: Rules): string[] {
  return (['publish', 'subscribe'] as const)
    .filter((action) => rules[action].length > 0)
    .map(
      (action) =>
        `{allow, {'and', [${who.join(', ')}]}, ${action},\n        [${rules[action].map((topic) => `"${topic}"`).join(', ')}]}.`,
    );
}

function withClientId(rules: Rules): Rules {
  const put = (topic: string): string => topic.replace('{id}', '${clientid}');
  return { publish: rules.publish.map(put), subscribe: rules.subscribe.map(put) };
}
