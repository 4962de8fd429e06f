// Two pages call each other through a room's socket as the shipped client does: pictures arrive, a data channel opens.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { env, post } from '../harness/client.mjs';

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns'],
  });
});
after(() => browser?.close());

// In the page. No polite peer, no restart: whoever is told of somebody makes an offer, once.
function call({ room, me }) {
  const state = { offers: 0, answers: 0, said: [], frames: 0, messages: [], left: [] };
  const peers = new Map();
  window.state = state;
  window.peers = peers;
  return (async () => {
    const { data: ice } = await (await fetch(`/api/v1/room/${room}/ice-servers`)).json();
    const joined = await fetch(`/api/v1/room/${room}/join`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ userId: me, userName: me }) });
    if (!joined.ok) throw new Error(`join ${joined.status}`);
    const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 64, height: 48, frameRate: 5 } });
    // the first connection of a page takes long on a busy machine, and who was there is told after two seconds
    const first = new RTCPeerConnection();
    for (const track of media.getTracks()) first.addTrack(track, media);
    await first.setLocalDescription(await first.createOffer());
    first.close();
    const ws = new WebSocket(`wss://${location.host}/api/v1/room/${room}/ws?userId=${me}&userName=${me}`);
    window.ws = ws;
    const send = (type, data) => ws.send(JSON.stringify({ type, data }));
    const listen = (channel) => {
      channel.onopen = () => channel.send(`안녕 ${me}`);
      channel.onmessage = (e) => state.said.push(e.data);
    };
    const peer = async (id, offer) => {
      if (peers.has(id)) return peers.get(id);
      // the servers' list is taken as it is; on one machine none of them is needed
      const pc = new RTCPeerConnection({ iceServers: ice.iceServers.filter((s) => !String(s.urls).includes('stun')) });
      peers.set(id, pc);
      pc.waiting = [];
      for (const track of media.getTracks()) pc.addTrack(track, media);
      pc.onicecandidate = (e) => e.candidate && send('ice-candidate', { to: id, candidate: e.candidate.toJSON() });
      pc.ontrack = (e) => {
        if (e.track.kind !== 'video') return;
        const video = document.createElement('video');
        video.muted = true;
        video.srcObject = e.streams[0];
        document.body.append(video);
        video.play();
        video.requestVideoFrameCallback(function frame() {
          state.frames += 1;
          video.requestVideoFrameCallback(frame);
        });
      };
      pc.ondatachannel = (e) => listen(e.channel);
      if (offer) {
        listen(pc.createDataChannel('chat'));
        await pc.setLocalDescription(await pc.createOffer());
        state.offers += 1;
        send('offer', { to: id, signal: pc.localDescription.toJSON() });
      }
      return pc;
    };
    const described = async (pc, description) => {
      await pc.setRemoteDescription(description);
      for (const c of pc.waiting.splice(0)) await pc.addIceCandidate(c);
    };
    let turn = Promise.resolve();
    ws.onmessage = (e) => {
      turn = turn.catch((error) => console.log(`${me}: ${error}`)).then(async () => {
        const m = JSON.parse(e.data);
        state.messages.push(m.type);
        if (m.type === 'connected') for (const p of m.roomData.participants) if (p.userId !== me) await peer(p.userId, true);
        if (m.type === 'participants-list') for (const p of m.participants) if (p.userId !== me) await peer(p.userId, true);
        if (m.type === 'participant-joined') await peer(m.participant.userId, true);
        if (m.type === 'participant-left') {
          state.left.push(m.participantId);
          peers.get(m.participantId)?.close();
          peers.delete(m.participantId);
        }
        if (m.type === 'offer') {
          const pc = await peer(m.from, false);
          await described(pc, m.data);
          await pc.setLocalDescription(await pc.createAnswer());
          state.answers += 1;
          send('answer', { to: m.from, signal: pc.localDescription.toJSON() });
        }
        if (m.type === 'answer') await described(peers.get(m.from), m.data);
        if (m.type === 'ice-candidate') {
          const pc = peers.get(m.from);
          if (pc?.remoteDescription) await pc.addIceCandidate(m.data);
          else pc?.waiting.push(m.data);
        }
      });
    };
    await new Promise((ok, fail) => { ws.onopen = ok; ws.onerror = fail; });
    send('get-participants');
  })();
}

test('two pages see and hear each other, and notice who leaves', async () => {
  const room = (await post('/room/create', { roomType: 'video', maxParticipants: 2, metadata: { title: '통화' } })).body.data.roomId;
  const pages = [];
  const problems = [];
  for (const me of ['ga', 'na']) {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    page.on('pageerror', (e) => problems.push(String(e)));
    await page.goto(`${env.tls}/docs/`);
    await page.evaluate(call, { room, me });
    pages.push(page);
  }
  const look = () => Promise.all(pages.map((p) => p.evaluate(() => ({ ...window.state, peers: [...window.peers].map(([id, pc]) => [id, pc.connectionState, pc.iceConnectionState, pc.signalingState]) }))));
  for (const page of pages) {
    await page.waitForFunction(() => [...window.peers.values()].length === 1 && [...window.peers.values()].every((p) => p.connectionState === 'connected')
      && window.state.said.length >= 1 && window.state.frames > 2, null, { timeout: 60000 })
      .catch(async (e) => { throw new Error(`${e.message} ${JSON.stringify(await look())} ${problems}`); });
  }
  const states = await Promise.all(pages.map((p) => p.evaluate(() => window.state)));
  // of two peers one made the offer and the other answered
  assert.ok(states.reduce((n, s) => n + s.answers, 0) >= 1);
  // twice where an offer was taken back
  assert.deepEqual(states.map((s) => [...new Set(s.said)]), [['안녕 na'], ['안녕 ga']]);
  await pages[1].evaluate(() => window.ws.close());
  await pages[0].waitForFunction(() => window.state.left.includes('na') && window.peers.size === 0);
  assert.deepEqual(problems, []);
});
