// A real mail server that keeps what it takes, read with a library of its own.
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

// → { port, mails: [{ from, to, raw, ...parsed }], sessions }. on.rcpt(address) and on.data(mail): an Error with
// responseCode refuses. options: those of smtp-server; host: where it listens.
export async function mailServer(options = {}, host = '127.0.0.1') {
  const server = { mails: [], tries: 0, on: {} };
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
      server.mails.push(mail);
      done(await server.on.data?.(mail));
    },
  });
  smtp.on('error', () => {}); // clients that are killed
  await new Promise((ok) => { smtp.listen(0, host, ok); });
  server.port = smtp.server.address().port;
  server.to = (p) => server.mails.filter((m) => m.to.includes(p.email));
  server.close = () => new Promise((ok) => { smtp.close(ok); });
  return server;
}
