// What a scan must find, on loopback: pages with the oldest mistakes, over the stack's own MariaDB, and TLS as nobody should have it.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { freePort } from '../harness/stack.mjs';

export async function startWeak(run, db) {
  const server = http.createServer(async (req, res) => {
    const url = new URL(req.url, 'http://x');
    res.setHeader('Content-Type', 'text/html');
    if (url.pathname === '/api/v1/learner') {
      const rows = await db.query(`SELECT id, name FROM users WHERE id = ${url.searchParams.get('id')}`).catch((e) => e.sqlMessage ?? e.message);
      res.end(typeof rows === 'string' ? `You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version: ${rows}` : `<p>${rows.map((r) => r.name)}</p>`);
    } else if (url.pathname === '/hello') res.end(`<html><body>Hello ${url.searchParams.get('name')}</body></html>`);
    else res.end('<html><body><a href="/hello?name=you">hello</a></body></html>');
  });
  await new Promise((ok) => { server.listen(0, '127.0.0.1', ok); });
  const port = await freePort();
  const dir = path.join(run, 'weak');
  fs.mkdirSync(dir, { recursive: true });
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=localhost', '-keyout', `${dir}/tls.key`, '-out', `${dir}/tls.crt`], { stdio: 'ignore' });
  fs.writeFileSync(`${dir}/nginx.conf`, `${process.getuid() === 0 ? 'user root;' : ''}
pid ${dir}/nginx.pid; error_log ${dir}/error.log; events {}
http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((k) => `${k}_temp_path ${dir}/${k};`).join(' ')}
server { listen 127.0.0.1:${port} ssl; ssl_certificate ${dir}/tls.crt; ssl_certificate_key ${dir}/tls.key;
ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:eNULL:aNULL:@SECLEVEL=0; ssl_prefer_server_ciphers off; location / { return 200; } } }
`);
  const nginx = spawnSync('nginx', ['-p', dir, '-c', `${dir}/nginx.conf`], { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
  if (nginx.status !== 0) throw new Error(nginx.stderr);
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    tls: port,
    requests: [{ key: 'get /learner', method: 'GET', target: '/api/v1/learner?id=1*', marks: 1, auth: 'none' }],
    // each must be among the findings of its tool
    must: { sqlmap: /is injectable/, wapiti: /Cross Site Scripting/, testssl: /^CRITICAL cipherlist_/m },
    end: () => {
      server.close();
      server.closeAllConnections();
      process.kill(Number(fs.readFileSync(`${dir}/nginx.pid`, 'utf8')), 'SIGQUIT');
    },
  };
}
