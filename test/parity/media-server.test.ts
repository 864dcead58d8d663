/**
 * One table of behaviour for both media servers: Kurento as measured (docs/ref/media-server.md) and ours. Which one is
 * asked: media-server-under-test.ts. What is compared is the frame itself, key by key and in order, ids replaced.
 */
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { withDeadline } from '@apiary/base/deadline';
import { waitFor } from '@apiary/test-support';
import {
  cameraOffer,
  cameraSsrcs,
  FakeCamera,
  portsOfAnswer,
} from '../../packages/media-server/src/testing/fake-camera.ts';
import { RpcClient } from '../../packages/media-server/src/testing/rpc-client.ts';
import { makeSample, type SampleMedia } from '../../packages/media-server/src/testing/sample-media.ts';
import { mediaServerUnderTest, type MediaServerUnderTest } from './media-server-under-test.ts';

let server: MediaServerUnderTest;
let rpc: RpcClient;
let media: SampleMedia;
const clients: RpcClient[] = [];
const cameras: FakeCamera[] = [];

async function open(): Promise<RpcClient> {
  const client = await RpcClient.open(server.url);
  clients.push(client);
  return client;
}

beforeAll(async () => {
  server = await mediaServerUnderTest();
  media = await makeSample(1000, 25, '640x360');
});
beforeEach(async () => {
  rpc = await open();
});
afterEach(async () => {
  await Promise.all(cameras.splice(0).map((camera) => camera.stop()));
  for (const client of clients.splice(0)) {
    if (client.sessionId !== undefined && client.socket.readyState === WebSocket.OPEN)
      await client.request('closeSession', { sessionId: client.sessionId }).catch(() => undefined);
    client.close();
  }
});
afterAll(async () => {
  await server.stop();
});

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** A frame with everything that differs from run to run replaced. */
function normal(frame: string): string {
  return frame
    .replaceAll(new RegExp(uuid, 'g'), 'UUID')
    .replaceAll(/"timestampMillis":"\d+"/g, '"timestampMillis":"NOW"')
    .replaceAll(/"id":\d+/g, '"id":N');
}

let nextRawId = 1_000_000;
async function frameFor(client: RpcClient, body: Record<string, unknown>): Promise<string> {
  const id = nextRawId;
  nextRawId += 1;
  await client.raw({ jsonrpc: '2.0', id, ...body }, id);
  const frame = client.frames.find((one) => one.includes(`"id":${id},`));
  return normal(frame ?? '');
}

async function endpoints(client: RpcClient): Promise<{ pipeline: string; source: string; viewer: string }> {
  const pipeline = await client.create('MediaPipeline');
  const source = await client.create('RtpEndpoint', pipeline);
  const viewer = await client.create('WebRtcEndpoint', pipeline);
  return { pipeline, source, viewer };
}

async function startCamera(
  answer: string,
  options: Partial<ConstructorParameters<typeof FakeCamera>[0]> = {},
) {
  const camera = new FakeCamera({ media, ports: portsOfAnswer(answer), host: server.host, ...options });
  cameras.push(camera);
  await camera.start();
  return camera;
}

describe('frames', () => {
  test('ping knows no session', async () => {
    const expected = '{"id":N,"jsonrpc":"2.0","result":{"value":"pong"}}';
    expect(await frameFor(rpc, { method: 'ping', params: { interval: 5000 } })).toBe(expected);
    expect(await frameFor(rpc, { method: 'ping' })).toBe(expected);
  });

  test('describe of the manager makes a session; the next call without one is in it', async () => {
    const body = { method: 'describe', params: { object: 'manager_ServerManager' } };
    const expected =
      '{"id":N,"jsonrpc":"2.0","result":{"hierarchy":["kurento.MediaObject"],"qualifiedType":"kurento.ServerManager","sessionId":"UUID","type":"ServerManager"}}';
    expect(await frameFor(rpc, body)).toBe(expected);
    const first = JSON.parse(rpc.frames.at(-1) ?? '') as { result: { sessionId: string } };
    expect(await frameFor(rpc, body)).toBe(expected);
    expect(rpc.frames.at(-1)).toContain(first.result.sessionId);
  });

  test('create, subscribe, invoke, unsubscribe, release', async () => {
    const { source } = await endpoints(rpc);
    expect(normal(source)).toBe('UUID_kurento.MediaPipeline/UUID_kurento.RtpEndpoint');
    const session = { sessionId: rpc.sessionId };
    const valueFrame = '{"id":N,"jsonrpc":"2.0","result":{"sessionId":"UUID","value":"UUID"}}';
    const bareFrame = '{"id":N,"jsonrpc":"2.0","result":{"sessionId":"UUID"}}';
    const nullFrame = '{"id":N,"jsonrpc":"2.0","result":{"sessionId":"UUID","value":null}}';
    expect(
      await frameFor(rpc, {
        method: 'subscribe',
        params: { object: source, type: 'MediaStateChanged', ...session },
      }),
    ).toBe(valueFrame);
    expect(
      await frameFor(rpc, {
        method: 'invoke',
        params: {
          object: source,
          operation: 'setMaxVideoRecvBandwidth',
          operationParams: { maxVideoRecvBandwidth: 5000 },
          ...session,
        },
      }),
    ).toBe(nullFrame);
    expect(
      await frameFor(rpc, {
        method: 'unsubscribe',
        params: { object: source, subscription: 'x', ...session },
      }),
    ).toBe(bareFrame);
    for (const object of [source, source, 'nope', 'manager_ServerManager'])
      expect(await frameFor(rpc, { method: 'release', params: { object, ...session } })).toBe(bareFrame);
    for (const method of ['keepAlive'])
      expect(await frameFor(rpc, { method, params: session })).toBe(bareFrame);
  });

  test('describe of an endpoint', async () => {
    const { source } = await endpoints(rpc);
    expect(await frameFor(rpc, { method: 'describe', params: { object: source } })).toBe(
      '{"id":N,"jsonrpc":"2.0","result":{"hierarchy":["kurento.BaseRtpEndpoint","kurento.SdpEndpoint","kurento.SessionEndpoint","kurento.Endpoint","kurento.MediaElement","kurento.MediaObject"],"qualifiedType":"kurento.RtpEndpoint","sessionId":"UUID","type":"RtpEndpoint"}}',
    );
  });

  test('a transaction refers to what it makes', async () => {
    await rpc.create('MediaPipeline');
    const operations = [
      { jsonrpc: '2.0', method: 'create', id: 0, params: { type: 'MediaPipeline' } },
      {
        jsonrpc: '2.0',
        method: 'create',
        id: 1,
        params: { type: 'RtpEndpoint', constructorParams: { mediaPipeline: 'newref:0' } },
      },
    ];
    const frame = await frameFor(rpc, {
      method: 'transaction',
      params: { operations, sessionId: rpc.sessionId },
    });
    expect(frame).toContain(
      '"value":[{"id":N,"jsonrpc":"2.0","result":{"sessionId":"UUID","value":"UUID_kurento.Media',
    );
    expect(frame).toContain('"value":"UUID_kurento.MediaPipeline/UUID_kurento.RtpEndpoint"}}]}}');
  });

  test('REMB parameters are Kurento’s', async () => {
    const { source } = await endpoints(rpc);
    expect(await rpc.invoke(source, 'getRembParams')).toMatchObject({
      __type__: 'RembParams',
      decrementFactor: 0.5,
      linealFactorGrade: 30,
      linealFactorMin: 50,
      packetsRecvIntervalTop: 100,
      rembOnConnect: 300_000,
      upLosses: 12,
    });
    await rpc.invoke(source, 'setRembParams', { rembParams: { rembOnConnect: 5_000_000 } });
    expect(await rpc.invoke(source, 'getRembParams')).toMatchObject({
      rembOnConnect: 5_000_000,
      upLosses: 12,
    });
  });
});

describe('errors', () => {
  const error = (code: number, type: string, message: string): string =>
    `{"error":{"code":${code},"data":{"type":"${type}"},"message":"${message}"},"id":N,"jsonrpc":"2.0"}`;
  const rtp = { type: 'RtpEndpoint' };

  test.each<[string, Record<string, unknown>, string]>([
    [
      'unknown type',
      { method: 'create', params: { type: 'NoSuch' } },
      error(40108, 'MEDIA_OBJECT_NOT_AVAILABLE', "Factory 'NoSuch' not found"),
    ],
    [
      'no constructor parameters',
      { method: 'create', params: rtp },
      error(40001, 'MARSHALL_ERROR', "'constructorParams' is required"),
    ],
    [
      'unknown pipeline',
      { method: 'create', params: { ...rtp, constructorParams: { mediaPipeline: 'nope' } } },
      error(40101, 'MEDIA_OBJECT_NOT_FOUND', "Object 'nope' not found"),
    ],
    [
      'describe of nothing',
      { method: 'describe', params: { object: 'nope' } },
      error(40101, 'MEDIA_OBJECT_NOT_FOUND', "Object 'nope' not found"),
    ],
    [
      'subscribe to nothing',
      { method: 'subscribe', params: { object: 'nope', type: 'Error' } },
      error(40101, 'MEDIA_OBJECT_NOT_FOUND', "Object 'nope' not found"),
    ],
    [
      'invoke on nothing',
      { method: 'invoke', params: { object: 'nope', operation: 'getName' } },
      error(40101, 'MEDIA_OBJECT_NOT_FOUND', "Object 'nope' not found"),
    ],
    [
      'connect to nothing known',
      { method: 'connect', params: { sessionId: '00000000-dead-beef-0000-000000000000' } },
      error(40007, 'INVALID_SESSION', 'Invalid session'),
    ],
    [
      'connect with empty parameters',
      { method: 'connect', params: {} },
      error(40007, 'INVALID_SESSION', 'Invalid session'),
    ],
    [
      'unknown method',
      { method: 'noSuchMethod', params: {} },
      '{"error":{"code":-32601,"message":"Method not found."},"id":N,"jsonrpc":"2.0"}',
    ],
    ['no parameters', { method: 'create' }, error(-32602, 'INVALID_PARAMS', "'params' is required")],
  ])('%s', async (_what, body, expected) => {
    expect(await frameFor(rpc, body)).toBe(expected);
  });

  test('parameters that are a list', async () => {
    expect(await frameFor(rpc, { method: 'create', params: [] })).toContain('"code":-32603');
  });

  test.each<[string, string, Record<string, unknown> | undefined, string]>([
    [
      'unknown operation',
      'noSuchOp',
      undefined,
      error(40008, 'MALFORMED_TRANSACTION', "Method 'noSuchOp' with 0 parameters not found"),
    ],
    [
      'no operation parameters',
      'processOffer',
      undefined,
      error(40001, 'MARSHALL_ERROR', "'operationParams' is required"),
    ],
    [
      'an offer that is a number',
      'processOffer',
      { offer: 5 },
      error(40201, 'SDP_PARSE_ERROR', 'Invalid SDP'),
    ],
    [
      'an offer that is no SDP',
      'processOffer',
      { offer: 'garbage' },
      error(40201, 'SDP_PARSE_ERROR', 'Invalid SDP'),
    ],
    [
      'an empty offer',
      'processOffer',
      { offer: '' },
      error(40201, 'SDP_PARSE_ERROR', 'Empty offer not valid'),
    ],
  ])('%s', async (_what, operation, operationParams, expected) => {
    const { source } = await endpoints(rpc);
    const params = {
      object: source,
      operation,
      ...(operationParams && { operationParams }),
      sessionId: rpc.sessionId,
    };
    expect(await frameFor(rpc, { method: 'invoke', params })).toBe(expected);
  });

  test('an event nobody sends, and a second offer', async () => {
    const { source } = await endpoints(rpc);
    expect(await frameFor(rpc, { method: 'subscribe', params: { object: source, type: 'Bogus' } })).toBe(
      error(40106, 'MEDIA_OBJECT_EVENT_NOT_SUPPORTED', "Event 'Bogus' not supported"),
    );
    await rpc.invoke(source, 'processOffer', { offer: cameraOffer() });
    const again = { object: source, operation: 'processOffer', operationParams: { offer: cameraOffer() } };
    expect(await frameFor(rpc, { method: 'invoke', params: again })).toBe(
      error(40208, 'SDP_END_POINT_ALREADY_NEGOTIATED', 'Endpoint already negotiated'),
    );
  });

  test('a released object is not found', async () => {
    const { source } = await endpoints(rpc);
    await rpc.value('release', { object: source });
    expect(await frameFor(rpc, { method: 'invoke', params: { object: source, operation: 'getName' } })).toBe(
      error(
        40101,
        'MEDIA_OBJECT_NOT_FOUND',
        "Object 'UUID_kurento.MediaPipeline/UUID_kurento.RtpEndpoint' not found",
      ),
    );
  });

  test.each([
    '{}',
    '[]',
    'null',
    '{"id":1079,"method":"ping"}',
    '[{"jsonrpc":"2.0","id":77,"method":"ping"}]',
  ])('%s is no request', async (frame) => {
    await rpc.raw(frame, null);
    expect(rpc.frames.at(-1)).toBe(
      '{"error":{"code":-32600,"message":"Invalid JSON-RPC request."},"id":null,"jsonrpc":"2.0"}',
    );
  });

  test('a call without an id, and one whose id is a text', async () => {
    await rpc.raw('{"jsonrpc":"2.0","method":"ping"}', null);
    expect(rpc.frames.at(-1)).toBe(
      '{"error":{"code":-32000,"data":{"value":"pong"},"message":"Ignoring response because of a notification request"},"id":null,"jsonrpc":"2.0"}',
    );
    await rpc.raw('{"jsonrpc":"2.0","id":"str-1","method":"ping"}', 'str-1');
    expect(rpc.frames.at(-1)).toBe('{"id":"str-1","jsonrpc":"2.0","result":{"value":"pong"}}');
  });
});

describe('sessions', () => {
  test('an id that repeats brings the old answer back', async () => {
    const first = await rpc.raw(
      { jsonrpc: '2.0', id: 7, method: 'create', params: { type: 'MediaPipeline' } },
      7,
    );
    const sessionId = first.result?.sessionId;
    rpc.sessionId = sessionId;
    const again = await rpc.raw({ jsonrpc: '2.0', id: 7, method: 'ping', params: { sessionId } }, 7);
    expect(again).toEqual(first);
  });

  test('outlive their socket, and events follow to the new one', async () => {
    const { pipeline, source } = await endpoints(rpc);
    await rpc.subscribe(source, 'ConnectionStateChanged', 'ConnectionStateChanged');
    rpc.close();
    const other = await open();
    const answer = await other.request('connect', { sessionId: rpc.sessionId });
    expect(answer.result).toEqual({ serverId: expect.any(String) as string, sessionId: rpc.sessionId });
    expect(await other.invoke(pipeline, 'getName')).toBe(pipeline);
    await other.invoke(source, 'processOffer', { offer: cameraOffer() });
    await waitFor(() => other.eventsOf(source, 'ConnectionStateChanged').length > 0, 'the event');
    await other.request('ping');
    // Subscribed twice, told once.
    expect(other.eventsOf(source, 'ConnectionStateChanged')).toHaveLength(1);
  });

  test('closeSession takes along what only it owned', async () => {
    const { pipeline } = await endpoints(rpc);
    const sessionId = rpc.sessionId;
    expect(await frameFor(rpc, { method: 'closeSession', params: { sessionId } })).toBe(
      '{"id":N,"jsonrpc":"2.0","result":null}',
    );
    expect(
      await frameFor(rpc, {
        method: 'invoke',
        params: { object: pipeline, operation: 'getName', sessionId },
      }),
    ).toContain('"code":40101');
  });

  test('releasing a pipeline releases its endpoints', async () => {
    const { pipeline, viewer } = await endpoints(rpc);
    await rpc.value('release', { object: pipeline });
    await expect(rpc.invoke(viewer, 'getName')).rejects.toThrow('40101');
  });
});

describe('the control port', () => {
  const closeCode = (socket: WebSocket): Promise<number> =>
    withDeadline(new Promise((done) => socket.once('close', done)), 10_000, 'the close');

  test('a wrong path is closed with 1002', async () => {
    const socket = new WebSocket(server.url.replace(/\/kurento$/, '/other'));
    socket.on('error', () => undefined);
    expect(await closeCode(socket)).toBe(1002);
  });

  test('what is no JSON drops the socket', async () => {
    const closed = closeCode(rpc.socket);
    rpc.socket.send('this is not json');
    expect(await closed).toBe(1006);
  });

  test('the health probe of Kurento’s image: an upgrade without a key is answered 500', async () => {
    const status = await withDeadline(
      new Promise<number | undefined>((done, fail) => {
        const probe = request({
          host: server.host,
          port: server.controlPort,
          path: '/kurento',
          headers: { Connection: 'Upgrade', Upgrade: 'websocket' },
        });
        probe.on('response', (response) => {
          response.resume();
          done(response.statusCode);
        });
        probe.on('error', fail);
        probe.end();
      }),
      10_000,
      'the probe',
    );
    expect(status).toBe(500);
  });
});

describe('the answer to the camera’s offer', () => {
  const measured = [
    'v=0',
    'o=- N N IN IP4 A',
    's=Kurento Media Server',
    'c=IN IP4 A',
    't=0 0',
    'm=audio P RTP/AVPF 96 0',
    'a=sendrecv',
    'a=rtcp:P+1',
    'a=rtpmap:96 opus/48000/2',
    'a=rtpmap:0 PCMU/8000',
    'a=direction:passive',
    'a=ssrc:S cname:C',
    'm=video P RTP/AVPF 103',
    'a=recvonly',
    'a=rtcp:P+1',
    'a=rtpmap:103 H264/90000',
    'a=rtcp-fb:103 nack',
    'a=rtcp-fb:103 nack pli',
    'a=rtcp-fb:103 goog-remb',
    'a=rtcp-fb:103 ccm fir',
    'a=fmtp:103 packetization-mode=1;profile-level-id=42e01f',
    'a=direction:passive',
    'a=ssrc:S cname:C',
  ];

  /** Replaces what varies, and only if it has the right form. */
  function shapeOf(answer: string): string[] {
    let port = 0;
    return answer.split('\r\n').map((line) =>
      line
        .replace(/^o=- (39|40|41|42)(\d{8}) \1\2 IN IP4 \d+\.\d+\.\d+\.\d+$/, 'o=- N N IN IP4 A')
        .replace(/^c=IN IP4 \d+\.\d+\.\d+\.\d+$/, 'c=IN IP4 A')
        .replace(/^(m=\w+) (\d+) /, (_all, head: string, number: string) => {
          port = Number(number);
          return port % 2 === 0 ? `${head} P ` : `${head} ${number} `;
        })
        .replace(/^a=rtcp:(\d+)$/, (all, number: string) =>
          Number(number) === port + 1 ? 'a=rtcp:P+1' : all,
        )
        .replace(/^a=ssrc:\d{1,10} cname:user\d{1,10}@host-[0-9a-f]{1,8}$/, 'a=ssrc:S cname:C'),
    );
  }

  const withoutAsymmetry = (offer: string): string => offer.replace('level-asymmetry-allowed=1;', '');

  test('is the measured text, line by line', async () => {
    const { source } = await endpoints(rpc);
    const answer = String(
      await rpc.invoke(source, 'processOffer', { offer: withoutAsymmetry(cameraOffer()) }),
    );
    expect(shapeOf(answer)).toEqual([...measured, '']);
    expect(await rpc.invoke(source, 'getLocalSessionDescriptor')).toBe(answer);
  });

  test('has no direction line when the offer is not active, and no b= line whatever the bandwidth', async () => {
    const { source } = await endpoints(rpc);
    await rpc.invoke(source, 'setMaxVideoRecvBandwidth', { maxVideoRecvBandwidth: 1000 });
    const offer = withoutAsymmetry(cameraOffer()).replaceAll('a=direction:active\r\n', '');
    const answer = String(await rpc.invoke(source, 'processOffer', { offer }));
    expect(shapeOf(answer)).toEqual([...measured.filter((line) => line !== 'a=direction:passive'), '']);
  });
});

describe('the camera’s side', () => {
  test('events of an endpoint, their shape and their order', async () => {
    const { source } = await endpoints(rpc);
    await rpc.subscribe(source, 'ConnectionStateChanged', 'MediaStateChanged', 'MediaFlowOutStateChanged');
    const answer = String(await rpc.invoke(source, 'processOffer', { offer: cameraOffer() }));
    expect(normal(rpc.frames.at(-2) ?? '')).toBe(
      `{"jsonrpc":"2.0","method":"onEvent","params":{"value":{"data":{"newState":"CONNECTED","oldState":"DISCONNECTED","source":"${normal(source)}","tags":[],"timestampMillis":"NOW","type":"ConnectionStateChanged"},"object":"${normal(source)}","type":"ConnectionStateChanged"}}}`,
    );
    expect(await rpc.invoke(source, 'getMediaState')).toBe('DISCONNECTED');
    await startCamera(answer);
    await waitFor(() => rpc.eventsOf(source, 'MediaStateChanged').length > 0, 'media state');
    expect(rpc.eventsOf(source, 'MediaStateChanged')[0]?.data).toMatchObject({ newState: 'CONNECTED' });
    expect(await rpc.invoke(source, 'getMediaState')).toBe('CONNECTED');
  });

  test('RR, SDES and REMB come back once RTP and a sender report have come', async () => {
    const { source } = await endpoints(rpc);
    await rpc.invoke(source, 'setMaxVideoRecvBandwidth', { maxVideoRecvBandwidth: 5000 });
    const answer = String(await rpc.invoke(source, 'processOffer', { offer: cameraOffer() }));
    const camera = await startCamera(answer);
    await waitFor(() => camera.count('remb') >= 3, 'three REMB');
    const remb = camera.rtcp.find(({ packet }) => packet.kind === 'remb');
    expect(remb).toMatchObject({ kind: 'video', packet: { ssrcs: [cameraSsrcs.video] } });
    expect(camera.count('rr')).toBeGreaterThanOrEqual(3);
    expect(camera.count('sdes')).toBeGreaterThanOrEqual(3);
    expect(Math.max(...camera.rembs)).toBeLessThanOrEqual(5_000_000);
    const cname = /cname:(\S+)/.exec(answer)?.[1];
    expect(camera.rtcp.find(({ packet }) => packet.kind === 'sdes')?.packet).toMatchObject({ cname });
  });

  test('without sender reports nothing comes back, though media is received', async () => {
    const { source } = await endpoints(rpc);
    const answer = String(await rpc.invoke(source, 'processOffer', { offer: cameraOffer() }));
    const camera = await startCamera(answer, { sendReports: false });
    const received = async (): Promise<number> => {
      const stats = (await rpc.invoke(source, 'getStats', { mediaType: 'VIDEO' })) as Record<
        string,
        { packetsReceived: number }
      >;
      return Object.values(stats)[0]?.packetsReceived ?? 0;
    };
    await waitFor(async () => (await received()) > 150, 'packets');
    expect(camera.rtcp).toEqual([]);
    expect(await rpc.invoke(source, 'getMediaState')).toBe('DISCONNECTED');
  });

  test('REMB needs the SSRC of the offer', async () => {
    const { source } = await endpoints(rpc);
    const answer = String(await rpc.invoke(source, 'processOffer', { offer: cameraOffer() }));
    const camera = await startCamera(answer, { ssrcs: { audio: cameraSsrcs.audio, video: 4711 } });
    await waitFor(
      () => camera.rtcp.filter(({ packet, kind }) => packet.kind === 'rr' && kind === 'video').length >= 5,
      'reports',
    );
    expect(camera.rembs).toEqual([]);
  });

  test('a lost packet is asked for again', async () => {
    const { source, viewer } = await endpoints(rpc);
    await rpc.invoke(source, 'connect', { sink: viewer });
    const answer = String(await rpc.invoke(source, 'processOffer', { offer: cameraOffer() }));
    let count = 0;
    const camera = await startCamera(answer, {
      lose: () => {
        count += 1;
        return count % 40 === 0;
      },
    });
    await waitFor(() => camera.count('nack') > 0, 'a NACK');
  });
});

test('connections of elements', async () => {
  const { source, viewer } = await endpoints(rpc);
  await rpc.invoke(source, 'connect', { sink: viewer });
  await rpc.invoke(source, 'connect', { sink: viewer });
  const connections = (await rpc.invoke(source, 'getSinkConnections', {})) as { type: string }[];
  expect(connections.map(({ type }) => type).sort()).toEqual(['AUDIO', 'DATA', 'VIDEO']);
  expect(connections[0]).toEqual({
    __module__: 'kurento',
    __type__: 'ElementConnectionData',
    sink: viewer,
    sinkDescription: 'default',
    source,
    sourceDescription: 'default',
    type: connections[0]?.type,
  });
  await rpc.invoke(source, 'disconnect', { sink: viewer });
  expect(await rpc.invoke(source, 'getSinkConnections', {})).toEqual([]);
});
