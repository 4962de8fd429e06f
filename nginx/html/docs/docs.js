/* Shows the API's own document; logging in above authorises every call made below. */

/* Its schemas as OpenAPI 3.0 has them: of 3.1 Swagger UI resolves the whole document before it shows anything, and again for
 * each operation that is opened, which takes many seconds. */
function older(x) {
  if (Array.isArray(x)) return x.map(older);
  if (!x || typeof x !== 'object') return x;
  const out = Object.fromEntries(Object.entries(x).map(([name, value]) => [name, older(value)]));
  if (Array.isArray(out.type)) {
    out.nullable = out.type.includes('null');
    out.type = out.type.find((t) => t !== 'null');
  }
  if (Array.isArray(out.anyOf) && out.anyOf.some((s) => s.type === 'null')) {
    out.nullable = true;
    out.anyOf = out.anyOf.filter((s) => s.type !== 'null');
  }
  if (typeof out.const !== 'undefined' && typeof out.const !== 'object') {
    out.enum = [out.const];
    delete out.const;
  }
  return out;
}

let ui;
const shown = fetch('/openapi.json').then((res) => res.json()).then((spec) => {
  ui = SwaggerUIBundle({
    spec: { ...older(spec), openapi: '3.0.3' },
    dom_id: '#api',
    deepLinking: true,
    docExpansion: 'none',
    filter: true,
    tagsSorter: 'alpha',
    validatorUrl: null,
    persistAuthorization: false,
  });
});
shown.catch((error) => { document.getElementById('api').textContent = error.message; });

const form = document.getElementById('login');
const who = document.getElementById('who');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  who.textContent = '…';
  try {
    const res = await fetch('/api/v1/auth/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    const body = await res.json();
    if (!res.ok) throw new Error(body.message);
    await shown;
    ui.preauthorizeApiKey('bearer', body.accessToken);
    who.textContent = body.user.name;
  } catch (error) {
    who.textContent = error.message;
  }
});
