// What of a registered statement MariaDB can explain: of a compound statement each statement in it, with its variables
// replaced by values of their types.

const literals = [[/^(DATETIME|TIMESTAMP)/, "'2026-01-01 00:00:00'"], [/^DATE/, "'2026-01-01'"], [/^TIME/, "'10:00:00'"], [/TEXT|JSON/, "'[2]'"], [/CHAR|BINARY/, "'2'"]];
// NAME_CONST: a variable's collation weighs as much as a column's, where a literal's would give way and hide a scan.
function literalOf(type) {
  const literal = literals.find(([re]) => re.test(type))?.[1] ?? '2';
  if (!/CHAR|TEXT/.test(type)) return literal;
  const set = /CHARACTER SET (\w+)/.exec(type)?.[1] ?? 'utf8mb4';
  const collation = /COLLATE (\w+)/.exec(type)?.[1] ?? { ascii: 'ascii_general_ci', utf8mb4: 'utf8mb4_unicode_ci' }[set];
  return `NAME_CONST('v', _${set}${literal} COLLATE ${collation})`;
}

// The pieces between separators that stand outside of brackets, texts and CASE … END.
function cut(sql, isEnd) {
  const parts = [];
  let [depth, from] = [0, 0];
  for (const m of sql.matchAll(/'(?:[^'\\]|\\.|'')*'|[(]|[)]|\bCASE\b|\bEND\b(?! IF)|\bTHEN\b|[;,]/g)) {
    if (m[0] === '(' || m[0] === 'CASE') depth += 1;
    else if (m[0] === ')' || (m[0] === 'END' && depth)) depth -= 1;
    else if (!depth && isEnd(m[0])) {
      parts.push(sql.slice(from, m.index).trim());
      from = m.index + m[0].length;
    }
  }
  return [...parts, sql.slice(from).trim()].filter(Boolean);
}

// The head of a piece that only steers, and what is left; conditions become statements that ask for them.
function steps(piece, out) {
  let m;
  let text = piece;
  for (;;) {
    if ((m = /^(?:BEGIN NOT ATOMIC|BEGIN|ELSE|DECLARE (?:EXIT|CONTINUE) HANDLER FOR [0-9A-Z ']+?(?= BEGIN| SET))\s*/.exec(text))) {
      text = text.slice(m[0].length);
    } else if ((m = /^(?:ELSE)?IF\s+/.exec(text))) {
      const [condition] = cut(text.slice(m[0].length), (t) => t === 'THEN');
      out.push(`SELECT ${condition}`);
      text = text.slice(m[0].length + condition.length).replace(/^\s*THEN\s*/, '');
    } else {
      break;
    }
  }
  if (/^SET /.test(text)) {
    for (const pair of cut(text.slice(4), (t) => t === ',')) out.push(`SELECT ${pair.slice(pair.indexOf('=') + 1)}`);
  } else {
    out.push(text);
  }
}

// With values for its question marks.
const filled = (sql) => sql.replace(/'(?:[^'\\]|\\.|'')*'|\?/g, (found, at) => {
  if (found !== '?') return found;
  const before = sql.slice(0, at);
  return /(?:LIMIT|OFFSET)\s*$/i.test(before) ? '20' : /(?:_at|until) [<>]=? $/.test(before) ? literals[0][1] : "'2'";
});

// → the statements that read or write tables, in MariaDB's own words
export function explainable({ sql }) {
  if (!sql.startsWith('BEGIN')) return [filled(sql)];
  const out = [];
  const variables = new Map();
  for (const piece of cut(sql, (t) => t === ';')) {
    const declared = /^(?:BEGIN NOT ATOMIC |BEGIN )?DECLARE ((?!EXIT|CONTINUE)[a-z_0-9]+(?:, *[a-z_0-9]+)*) (\S.*)$/s.exec(piece);
    if (declared) for (const name of declared[1].split(/, */)) variables.set(name, literalOf(declared[2]));
    else steps(piece, out);
  }
  const named = new RegExp(`'(?:[^'\\\\]|\\\\.|'')*'|(?<![.\\w@])(?:${[...variables.keys()].join('|')})(?![\\w(.])`, 'g');
  return out
    .filter((s) => /^\(?(SELECT|UPDATE|DELETE|INSERT|REPLACE|WITH)\b/.test(s) && /\b(FROM|UPDATE|INTO|JOIN)\b/.test(s))
    .map((s) => s.replace(/\bINTO\s+[a-z_0-9, ]+?(?=\s+FROM\b|$)/g, (into, at) => (s.slice(0, at).match(/\b(INSERT|REPLACE)( IGNORE)?\s*$/) ? into : ' ')))
    .filter((s) => !/^INSERT (IGNORE )?INTO [a-z_]+ \([^)]*\)\s*VALUES/.test(s))
    .map((s) => s.replace(named, (name, at) => {
      if (name[0] === "'" || /\bAS $/.test(s.slice(0, at)) || /^\s*=[^=]/.test(s.slice(at + name.length)) && /\bSET [^()]*$/.test(s.slice(0, at))) return name;
      return variables.get(name);
    }))
    .map(filled);
}
