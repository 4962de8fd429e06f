// A server that speaks as OpenAI's API does, played by the test: what it is asked is kept, what it answers is set.
import http from 'node:http';
import { once } from 'node:events';

export const said = (content, tokens = 42) => ({ choices: [{ index: 0, message: { role: 'assistant', content: typeof content === 'string' ? content : JSON.stringify(content) }, finish_reason: 'stop' }], usage: { prompt_tokens: 2, completion_tokens: tokens - 2, total_tokens: tokens } });

// answer: what it says next: an object, a text, a number (an HTTP status), or a function of (request, response)
export async function startModel() {
  const model = { asked: [], answer: null };
  const server = http.createServer((req, res) => {
    const chunks = [];
    req.on('data', (c) => chunks.push(c));
    req.on('end', () => {
      const body = Buffer.concat(chunks);
      const asked = { path: req.url, method: req.method, headers: req.headers, body, json: /json/.test(req.headers['content-type'] ?? '') ? JSON.parse(body) : null };
      model.asked.push(asked);
      const { answer } = model;
      if (typeof answer === 'function') return answer(asked, res);
      res.writeHead(typeof answer === 'number' ? answer : 200, { 'content-type': 'application/json' });
      res.end(typeof answer === 'string' ? answer : JSON.stringify(typeof answer === 'number' ? { error: {} } : answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  model.url = `http://127.0.0.1:${server.address().port}/v1`;
  model.close = () => { server.closeAllConnections(); server.close(); };
  return model;
}
