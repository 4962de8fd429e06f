/* Where a link of a mail leads to: without its token a page asks for the mail (#ask), with it for what the link is for
 * (#use). texts.js says which page it is. */
const lang = /^(?!ko)[a-z]/i.test(navigator.language) ? 'en' : 'ko';
const t = page.texts[lang];
const said = document.getElementById('said');
const anew = document.querySelector('a');

// Out of the address, so that neither the history nor a link from here has it.
const token = new URLSearchParams(location.hash.slice(1)).get('token');
if (token) history.replaceState(null, '', location.pathname);

document.documentElement.lang = lang;
document.title = t.title;
document.querySelector('h1').textContent = t.title;
anew.textContent = t.anew;
for (const id of ['ask', 'use']) {
  document.querySelectorAll(`#${id} p, #${id} span, #${id} button`).forEach((el, i) => { el.textContent = t[id][i]; });
}

function say(text, good) {
  said.textContent = text;
  said.className = good ? 'good' : 'bad';
}

async function post(path, body) {
  const res = await fetch(`/api/v1/auth/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Accept-Language': lang },
    body: JSON.stringify(body),
  });
  return { ok: res.ok, ...await res.json() };
}

const form = document.getElementById(token ? 'use' : 'ask');
form.hidden = false;
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { again, ...fields } = Object.fromEntries(new FormData(form));
  if (again !== undefined && again !== fields.newPassword) {
    say(t.differ);
    return;
  }
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    const answer = await (token ? post(page.use, { token, ...fields }) : post(page.ask, fields));
    say(answer.message, answer.ok);
    form.hidden = answer.ok;
    anew.hidden = answer.code !== 'LINK_INVALID';
  } catch {
    say(t.broken);
  }
  button.disabled = false;
});
