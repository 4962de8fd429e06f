// A real mail server that keeps what it takes, read with a library of its own.
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { until } from './stack.mjs';

const ASKS = ['이메일 주소 확인', 'Confirm your address'];

// → { port, mails: [{ from, to, raw, ...parsed }], asks }, asks: the mails that ask whether an address is somebody's. on.rcpt(address) and on.data(mail): an Error with
// responseCode refuses. options: those of smtp-server; host: where it listens.
export async function mailServer(options = {}, host = '127.0.0.1') {
  const server = { mails: [], asks: [], tries: 0, on: {} };
  const smtp = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false, ...options,
    onConnect(session, done) {
      server.tries += 1;
      done();
    },
    onRcptTo(address, session, done) {
      done(server.on.rcpt?.(address.address));
    },
    async onData(stream, session, done) {
      const chunks = [];
      for await (const c of stream) chunks.push(c);
      const raw = Buffer.concat(chunks);
      const mail = { from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map((r) => r.address), raw: raw.toString('latin1'), secure: session.secure, user: session.user, ...await simpleParser(raw) };
      mail.to = session.envelope.rcptTo.map((r) => r.address);
      mail.from = session.envelope.mailFrom.address;
      (ASKS.includes(mail.subject) ? server.asks : server.mails).push(mail);
      done(await server.on.data?.(mail));
    },
  });
  smtp.on('error', () => {}); // clients that are killed
  await new Promise((ok) => { smtp.listen(0, host, ok); });
  server.port = smtp.server.address().port;
  server.to = (p) => server.mails.filter((m) => m.to.includes(p.email));
  const asked = (p) => server.asks.filter((m) => m.to.includes(p.email));
  // → its token, of the mail that comes after a new account or another address
  server.asked = async (p, n = 1) => {
    await until(() => asked(p).length >= n);
    return asked(p).at(-1).text.match(/#token=(\S+)/)[1];
  };
  // whose address is known to be theirs, and to whom nothing is under way
  server.known = async (db, p) => {
    await server.asked(p);
    await until(async () => !(await db.query('SELECT 1 FROM deliveries d JOIN notifications n ON n.id = d.notification_id WHERE n.user_id = ?', [p.id])).length);
    await db.query("DELETE FROM notifications WHERE user_id = ? AND type = 'email_confirm'", [p.id]);
    await db.query('UPDATE users SET email_confirmed_at = NOW(3) WHERE id = ?', [p.id]);
    return p;
  };
  server.close = () => new Promise((ok) => { smtp.close(ok); });
  return server;
}
