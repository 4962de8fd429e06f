/* A forgotten password: without a token of a mail this page asks for the mail, with one for the new password. */
const texts = {
  ko: {
    title: '비밀번호 재설정',
    ask: ['가입하신 이메일 주소로 새 비밀번호를 정하는 링크를 보내 드립니다.', '이메일', '링크 받기'],
    choose: ['새 비밀번호를 정해 주세요. 다른 기기에서는 모두 로그아웃됩니다.', '새 비밀번호 (8자 이상)', '새 비밀번호 확인', '비밀번호 바꾸기'],
    differ: '두 비밀번호가 서로 다릅니다',
    broken: '서버에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요',
    anew: '링크 다시 요청하기',
  },
  en: {
    title: 'Choose another password',
    ask: ['We mail you a link with which you can choose another password.', 'E-mail', 'Send me the link'],
    choose: ['Choose a new password. You will be logged out everywhere.', 'New password (8 characters or more)', 'The same again', 'Change my password'],
    differ: 'The two passwords differ',
    broken: 'The server cannot be reached; try again shortly',
    anew: 'Ask for another link',
  },
};
const lang = /^(?!ko)[a-z]/i.test(navigator.language) ? 'en' : 'ko';
const t = texts[lang];
const said = document.getElementById('said');

// Out of the address, so that neither the history nor a link from here has it.
const token = new URLSearchParams(location.hash.slice(1)).get('token');
if (token) history.replaceState(null, '', location.pathname);

document.documentElement.lang = lang;
document.title = t.title;
document.querySelector('h1').textContent = t.title;
document.querySelector('a').textContent = t.anew;
for (const id of ['ask', 'choose']) {
  document.querySelectorAll(`#${id} p, #${id} span, #${id} button`).forEach((el, i) => { el.textContent = t[id][i]; });
}

function say(text, good) {
  said.textContent = text;
  said.className = good ? 'good' : 'bad';
}

async function post(path, body) {
  const res = await fetch(`/api/v1/auth/password/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Accept-Language': lang },
    body: JSON.stringify(body),
  });
  return { ok: res.ok, ...await res.json() };
}

const form = document.getElementById(token ? 'choose' : 'ask');
form.hidden = false;
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { email, newPassword, again } = Object.fromEntries(new FormData(form));
  if (token && newPassword !== again) {
    say(t.differ);
    return;
  }
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    const answer = await (token ? post('reset', { token, newPassword }) : post('forgot', { email }));
    say(answer.message, answer.ok);
    form.hidden = answer.ok;
    document.querySelector('a').hidden = answer.code !== 'RESET_LINK_INVALID';
  } catch {
    say(t.broken);
  }
  button.disabled = false;
});
