// What tests of the administration share: a stack of their own, whose numbers nobody else changes, and people in roles.
import { person, post, send } from './client.mjs';
import { connect } from './db.mjs';
import { startStack } from './stack.mjs';

export const ROLES = ['VIEWER', 'MODERATOR', 'ADMIN', 'SUPER_ADMIN'];
export const MISSING = 999999999;

// → { base, sql, people(), staff(role), call(p, method, path, body), logs(action), down() }
export async function site(name, settings = {}, workers = 2) {
  const stack = await startStack(name, settings, workers);
  const sql = connect(stack.run);
  const base = { base: stack.base };
  const as = (p) => (p ? { cookie: `next-auth.session-token=${p.access}` } : {});
  const someone = (called = '시험') => person(called, {}, base);
  return {
    stack, sql, base, someone,
    // expires: SQL
    staff: async (role, expires = 'NULL') => {
      const p = await someone(role);
      await sql.query(`INSERT INTO admin_roles (user_id, role, expires_at) VALUES (?, ?, ${expires})`, [p.id, role]);
      return p;
    },
    // whose token says so as well
    root: async () => {
      const p = await someone('root');
      await sql.query("UPDATE users SET role = 'ADMIN' WHERE id = ?", [p.id]);
      p.access = (await post('/auth/login', { email: p.email, password: p.password }, base)).body.accessToken;
      return p;
    },
    call: (p, method, path, body, headers = {}) => send(method, `/api${path}`, { ...base, body, headers: { ...as(p), ...headers } }),
    logs: async (action, admin) => (await sql.query('SELECT * FROM admin_logs WHERE action = ? AND admin_id = ? ORDER BY id', [action, admin.id])),
    down: async () => { await sql.end(); stack.down(); },
  };
}
export const refusal = (res) => [res.status, res.body?.code, typeof res.body?.error];
